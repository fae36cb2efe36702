import type { ContenderName } from "../contenders/contender.ts";

/** How a contender's client talks. */
export interface Dialect {
  readonly path: (room: string) => string;
  /** What it says first, where it comes back after the message of that cursor. */
  readonly enter?: (room: string, cursor: string | undefined) => string;
  /** What a message of the server holds that says it is in the room. */
  readonly ready: string;
  /** The answer to a message that asks for one. */
  readonly answer?: (frame: string) => string | undefined;
  /** Where to come back to, as the last message said it. */
  readonly cursorIn?: (frame: string) => string | undefined;
}

const overTrpc = {
  path: () => "/trpc",
  enter: (room: string, cursor: string | undefined) =>
    JSON.stringify({
      id: 1,
      method: "subscription",
      params: { path: "messages", input: { roomId: room }, ...(cursor === undefined ? {} : { lastEventId: cursor }) },
    }),
  answer: (frame: string) => (frame === "PING" ? "PONG" : undefined),
};

const dialogue: Dialect = {
  ...overTrpc,
  ready: '"type":"ready"',
  cursorIn: (frame) => /"id":"(\d+\.[0-9a-f]*)"/.exec(frame)?.[1],
};

const socketIo: Dialect = {
  path: () => "/socket.io/?EIO=4&transport=websocket",
  enter: (room) => `40${JSON.stringify({ room })}`,
  ready: '42["ready"',
  answer: (frame) => (frame === "2" ? "3" : acknowledgement(frame)),
};

const bare: Dialect = { path: (room) => `/?room=${room}`, ready: "ready" };

/** That of each. */
export const dialects: Readonly<Record<ContenderName, Dialect>> = {
  dialogue,
  "dialogue-unpaced": dialogue,
  trpc: { ...overTrpc, ready: '"started"' },
  "socket.io": socketIo,
  "socket.io-recovery": socketIo,
  "socket.io-acks": socketIo,
  ws: bare,
  "pre-framed": bare,
};

function acknowledgement(frame: string): string | undefined {
  const id = /^42(\d+)\[/.exec(frame)?.[1];
  return id === undefined ? undefined : `43${id}[]`;
}
