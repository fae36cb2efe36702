import { createServer, connect as dial, type Socket } from "node:net";
import { listening } from "./listening.ts";

/** A TCP proxy that does to connections what networks do. */
export interface Proxy {
  readonly port: number;
  readonly url: string;
  /** How many connections were accepted so far. */
  readonly accepted: number;
  /** Ends every connection at once, with a reset. */
  cut(): void;
  /** From here on no byte passes, in either direction, on the connections there are; they stay open. */
  freeze(): void;
  /** From here on nothing of the server's answers passes on the connections that it has answered once. */
  muteServer(): void;
  /** Whether new connections are accepted; refused ones are reset. */
  setOpen(isOpen: boolean): void;
  /** Holds back what the server sends by as many turns of the event loop. */
  setLag(turns: number): void;
  /** Where new connections lead. */
  setTarget(port: number): void;
  /** Calls back with what clients send. */
  onClientBytes(listen: (text: string) => void): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isFrozen: boolean;
  isMute: boolean;
  isAnswered: boolean;
}

/** Listens on a free port and leads to `target`. */
export async function createProxy(target: number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let targetPort = target;
  let isOpen = true;
  let lag = 0;
  let accepted = 0;
  let listen: (text: string) => void = () => undefined;

  const server = createServer((client) => {
    if (!isOpen) return void client.resetAndDestroy();
    accepted++;
    const pair: Pair = {
      client,
      server: dial(targetPort, "127.0.0.1"),
      isFrozen: false,
      isMute: false,
      isAnswered: false,
    };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      pair.server.destroy();
    };
    for (const socket of [client, pair.server]) socket.on("error", end).on("close", end);
    client.on("data", (bytes) => {
      if (pair.isFrozen) return;
      pair.server.write(bytes);
      listen(bytes.toString("latin1"));
    });
    pair.server.on("data", (bytes) => {
      later(lag, () => {
        if (pair.isFrozen || pair.isMute) return;
        pair.isAnswered = true;
        client.write(bytes);
      });
    });
  });
  const port = await listening(server);

  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    cut() {
      for (const { client, server: upstream } of [...pairs]) {
        client.resetAndDestroy();
        upstream.destroy();
      }
    },
    freeze() {
      for (const pair of pairs) pair.isFrozen = true;
    },
    muteServer() {
      for (const pair of pairs) pair.isMute = pair.isAnswered;
    },
    setOpen(value) {
      isOpen = value;
    },
    setLag(turns) {
      lag = turns;
    },
    setTarget(value) {
      targetPort = value;
    },
    onClientBytes(value) {
      listen = value;
    },
    close() {
      for (const { client, server: upstream } of [...pairs]) {
        client.destroy();
        upstream.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function later(turns: number, work: () => void): void {
  if (turns === 0) work();
  else setImmediate(later, turns - 1, work);
}
