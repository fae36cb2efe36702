/** @typedef {import("./mutant.mjs").Mutant} Mutant */

const websocket = "packages/server/test/websocket.test.ts";
const http = "packages/server/test/http.test.ts";
const parity = "packages/server/test/transport-parity.test.ts";
const socketLimits = "packages/server/test/socket-limits.test.ts";

/** Faults of what goes over the wire. @type {readonly Mutant[]} */
export const serverMutants = [
  {
    name: "untracked yield over WebSocket",
    breaks: "I5: every durable yield tells the client where it is",
    edits: [
      {
        file: "packages/server/src/sockets/frame-bytes.ts",
        find: ': { type: "data", data: output.serialize({ id: cursor, data }), id: cursor };',
        put: ': { type: "data", data: output.serialize({ id: cursor, data }) };',
      },
    ],
    caughtBy: [{ file: parity, test: "reads the same bytes of a room, under any id" }],
  },
  {
    name: "untracked yield over SSE",
    breaks: "I5: every durable yield tells the client where it is",
    edits: [
      {
        file: "packages/server/src/router/subscriptions.ts",
        find: "return tracked(frame.cursor, frame.data);",
        put: "return { id: frame.cursor, data: frame.data };",
      },
    ],
    caughtBy: [{ file: http, test: "goes on at the last event id when its stream was cut" }],
  },
  {
    name: "the last event id is not heeded",
    breaks: "I5: who comes back goes on where it was",
    edits: [
      {
        file: "packages/server/src/router/subscriptions.ts",
        find: "...(lastEventId == null ? {} : { lastEventId })",
        put: "...(lastEventId == null || lastEventId ? {} : { lastEventId })",
      },
    ],
    caughtBy: [{ file: websocket, test: "resumes after a dropped socket where it was" }],
  },
  {
    name: "unlimited queue of a socket",
    breaks: "I8: a socket that is not read holds its sources back",
    edits: [
      {
        file: "packages/server/src/sockets/pushed.ts",
        find: "if (outlet.isOpen && outlet.buffered < fullAt) return true;",
        put: "if (outlet.isOpen && fullAt > 0) return true;",
      },
      {
        file: "packages/server/src/sockets/outlet.ts",
        find: "if (this.buffered > limits.sendKillBytes) return this.giveUp();",
        put: "if (this.buffered < 0) return this.giveUp();",
      },
    ],
    caughtBy: [{ file: socketLimits, test: "costs a bounded backlog, is closed with 4008 after a while" }],
  },
  {
    name: "a PONG overtakes what was sent before it",
    breaks: "I4: a client that moves to another socket takes a PONG for the end of what came before",
    edits: [
      {
        file: "packages/server/src/sockets/connection.ts",
        find: 'if (text === "PING") return outlet.post(pong);',
        put: 'if (text === "PING") return void socket.send("PONG");',
      },
    ],
    caughtBy: [{ file: socketLimits, test: "keeps its order: a PONG comes after all that was sent before it" }],
  },
  {
    name: "an expired token keeps its socket",
    breaks: "I10: the right ends with the token",
    edits: [
      {
        file: "packages/core/src/sessions/link-expiry.ts",
        find: "const leftMs = expiresAt - clock.now();",
        put: "const leftMs = longestMs;",
      },
    ],
    caughtBy: [{ file: "packages/server/test/identity.test.ts", test: "closes its socket with 4003 when it expires" }],
  },
];
