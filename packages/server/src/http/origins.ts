import type { IncomingHttpHeaders } from "node:http";

/** Which pages beside those of the server's own origin may use it: some origins (`https://example.org`), or with true any. */
export interface CorsOptions {
  readonly origin: readonly string[] | true;
  /** Whether their requests may carry cookies, which `authenticate` does not see otherwise. Default: no. */
  readonly credentials?: boolean;
}

/** As CorsOptions; `false` (the default) for the server's own origin alone, `true` for any without cookies. */
export type Cors = boolean | CorsOptions;

type Asking = Pick<IncomingHttpHeaders, "origin" | "host">;

/** One rule for HTTP requests and WebSocket upgrades. */
export interface Origins {
  /** Whether a request may be served. One without an Origin does not come from another site's page. */
  allows(headers: Asking): boolean;
  /**
   * Whether cookies count. A browser sends them with another site's WebSocket and with requests whose answer it will
   * not show, whatever the headers below say.
   */
  trustsCookies(headers: Asking): boolean;
  /** The headers that let a page read the answer; none for the server's own origin. */
  headersFor(headers: Asking): Readonly<Record<string, string>>;
}

const preflight = {
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers":
    "content-type, authorization, x-dialogue-session, trpc-accept, last-event-id, cache-control",
  "access-control-max-age": "600",
};

export function createOrigins(cors: Cors = false): Origins {
  const { origin: allowed, credentials = false } = optionsOf(cors);

  function isListed(origin: string): boolean {
    return allowed === true || allowed.includes(origin);
  }

  function mayAsk(headers: Asking): boolean {
    const origin = foreignOf(headers);
    return origin === undefined || isListed(origin);
  }

  return {
    allows: mayAsk,
    trustsCookies: (headers) => foreignOf(headers) === undefined || (credentials && mayAsk(headers)),
    headersFor(headers) {
      const origin = foreignOf(headers);
      if (origin === undefined || !isListed(origin)) return {};
      return {
        "access-control-allow-origin": origin,
        vary: "origin",
        ...preflight,
        ...(credentials ? { "access-control-allow-credentials": "true" } : {}),
      };
    },
  };
}

/** The origin of another site's page that asks; undefined for the server's own, and for what is no page. */
function foreignOf({ origin, host }: Asking): string | undefined {
  return origin === undefined || hostOf(origin) === host ? undefined : origin;
}

function optionsOf(cors: Cors): CorsOptions {
  if (typeof cors === "object") return cors;
  return { origin: cors ? true : [] };
}

/** `host:port` of an origin, without a scheme's own port, as browsers write it in the Host header. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
