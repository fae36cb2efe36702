import { createServer, connect as dial, type Socket } from "node:net";
import { type Conditions, createLane, type Lane } from "./lane.ts";

/** A TCP proxy on this machine that does to connections what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** As a WebSocket's address. */
  readonly url: string;
  /** How many connections were accepted so far. */
  readonly accepted: number;
  /** Ends every connection at once, with a reset. */
  cut(): void;
  /** From here on every byte waits, in either direction, on all connections; none is lost. */
  pause(): void;
  /** Ends that. */
  resume(): void;
  /** From here on no byte passes any more, in either direction, on the connections there are; they stay open. */
  blackHole(): void;
  /** From here on nothing of the server's answers passes on the connections that it has answered once. */
  muteServer(): void;
  /** Whether new connections are accepted; refused ones are reset. */
  setOpen(isOpen: boolean): void;
  /** Each byte takes that long, in either direction. */
  setDelay(ms: number): void;
  /** Holds back what the server sends by as many turns of the event loop, for tests that let no time pass. */
  setLag(turns: number): void;
  /** How much passes in a second, in each direction of each connection. */
  setBandwidth(bytesPerSecond: number): void;
  /** Where new connections lead. */
  setTarget(port: number): void;
  /** Calls back with what clients send. */
  onClientBytes(listen: (text: string) => void): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly lanes: readonly Lane[];
  isHole: boolean;
  isMute: boolean;
  isAnswered: boolean;
}

/** Listens on a free port of this machine and leads to another one of it. */
export async function createProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const conditions: Conditions = {
    isPaused: false,
    delayMs: 0,
    lagTurns: 0,
    bytesPerSecond: Number.POSITIVE_INFINITY,
  };
  let targetPort = target;
  let isOpen = true;
  let accepted = 0;
  let listen: (text: string) => void = () => undefined;

  function join(client: Socket): void {
    const server = dial(targetPort, "127.0.0.1");
    const toServer = createLane({ from: client, conditions, turns: () => 0, pass: (bytes) => ask(pair, bytes) });
    const turns = () => conditions.lagTurns;
    const toClient = createLane({ from: server, conditions, turns, pass: (bytes) => answer(pair, bytes) });
    const lanes = [toServer, toClient];
    const pair: Pair = { client, server, lanes, isHole: false, isMute: false, isAnswered: false };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      for (const lane of lanes) lane.close();
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
  }

  function ask({ isHole, server }: Pair, bytes: Buffer): void {
    if (isHole) return;
    server.write(bytes);
    listen(bytes.toString("latin1"));
  }

  function answer(pair: Pair, bytes: Buffer): void {
    if (pair.isHole || pair.isMute) return;
    pair.isAnswered = true;
    pair.client.write(bytes);
  }

  const listener = createServer((client) => {
    if (!isOpen) return void client.resetAndDestroy();
    accepted++;
    join(client);
  });
  const port = await listening(listener);

  function setPaused(isPaused: boolean): void {
    conditions.isPaused = isPaused;
    for (const { lanes } of pairs) for (const lane of lanes) lane.look();
  }

  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    cut() {
      for (const { client, server } of [...pairs]) {
        client.resetAndDestroy();
        server.destroy();
      }
    },
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    blackHole() {
      for (const pair of pairs) pair.isHole = true;
    },
    muteServer() {
      for (const pair of pairs) pair.isMute = pair.isAnswered;
    },
    setOpen(value) {
      isOpen = value;
    },
    setDelay(ms) {
      conditions.delayMs = ms;
    },
    setLag(turns) {
      conditions.lagTurns = turns;
    },
    setBandwidth(bytesPerSecond) {
      conditions.bytesPerSecond = bytesPerSecond;
    },
    setTarget(value) {
      targetPort = value;
    },
    onClientBytes(value) {
      listen = value;
    },
    close() {
      for (const { client, server } of [...pairs]) {
        client.destroy();
        server.destroy();
      }
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}
