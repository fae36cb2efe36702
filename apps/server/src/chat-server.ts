import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import type { Log } from "@dialogue/core";
import type { Logger } from "pino";
import { createChat } from "./dialogue.ts";
import { readPageFiles } from "./page-files.ts";
import { createSite } from "./site.ts";
import { createTokenBuckets } from "./token-buckets.ts";
import { createTokens } from "./tokens.ts";

/** What the server is made of. */
export interface ChatServerOptions {
  readonly log: Log;
  readonly secret: string;
  readonly logger: Logger;
  readonly port: number;
  readonly host: string | undefined;
}

/** A server that listens. */
export interface ChatServer {
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** Takes no more calls, ends every session and connection. Leaves the log open. */
  stop(): Promise<void>;
}

/** How many people one address may sign in. */
const signInRate = { perSecond: 1, burst: 30 };

const pageFolder = fileURLToPath(new URL("../../web/dist", import.meta.url));

/** Starts the chat, its page and its sign-in on one port. Rejects with what listening or the chat failed of. */
export async function startChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const { log, secret, logger, port, host } = options;
  const tokens = createTokens(secret, Date.now);
  const dialogue = createChat({ log, logger, tokens });
  const page = readPageFiles(pageFolder);
  if (page.count === 0) logger.warn({ pageFolder }, "the page is not built: only the API is served");

  let isReady = true;
  const server = createServer(
    createSite({
      signIn: {
        issue: tokens.issue,
        verify: tokens.verify,
        buckets: createTokenBuckets(signInRate, () => performance.now()),
        newId: randomUUID,
      },
      page,
      isReady: () => isReady,
      logger,
    }),
  );
  await dialogue.attach(server);
  await listen(server, port, host);
  return {
    url: urlOf(server, host),
    async stop() {
      isReady = false;
      const closed = once(server, "close");
      server.close();
      await dialogue.stop();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  const listening = once(server, "listening");
  server.listen(host === undefined ? { port } : { port, host });
  await listening;
}

function urlOf(server: Server, host: string | undefined): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const isEverywhere = host === undefined || host === "0.0.0.0" || host === "::";
  const name = isEverywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
