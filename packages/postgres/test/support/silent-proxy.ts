import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A way to the database that can go silent without closing, as a network does. */
export interface SilentProxy {
  readonly url: string;
  /** Nothing passes any more, either way, on the connections that are open; new ones work. */
  silence(): void;
  readonly connections: number;
}

export async function startSilentProxy(target: string): Promise<SilentProxy> {
  const url = new URL(target);
  const [host, port] = [url.hostname, Number(url.port || 5432)];
  const pairs = new Set<readonly [Socket, Socket]>();
  let connections = 0;
  const server = createServer((near) => {
    const far = connect({ host, port });
    connections++;
    pairs.add([near, far]);
    near.pipe(far).pipe(near);
    // Either end may go at any time: that is what it is for.
    for (const end of [near, far]) end.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const end of [...pairs].flat()) end.destroy();
    server.close();
  });
  const address = server.address();
  url.port = String(typeof address === "object" ? address?.port : 0);
  url.hostname = "127.0.0.1";
  return {
    url: url.href,
    silence() {
      for (const [near, far] of pairs) {
        near.unpipe();
        far.unpipe();
      }
    },
    get connections() {
      return connections;
    },
  };
}
