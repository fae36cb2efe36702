/** @typedef {import("./mutant.mjs").Mutant} Mutant */

const appendVersion = "packages/postgres/migrations/0006_event_version.sql";
const appendFresh = "packages/postgres/migrations/0007_append_fresh.sql";
const pgliteLog = "packages/postgres/test/pglite-log.test.ts";
const batcher = "packages/postgres/test/batcher.test.ts";
const backplane = "packages/postgres/test/backplane.test.ts";
const presence = "packages/postgres/test/presence.test.ts";

/** The greatest of so many values of a sequence: what an identity column would give to the last of them. @param {string} count */
const identitiesOf = (count) => `(SELECT max(nextval('dialogue_identity')) FROM generate_series(1, ${count}))`;

/** Faults of the write path and of what nodes share. @type {readonly Mutant[]} */
export const postgresMutants = [
  {
    name: "identity column instead of counter",
    breaks: "I3: seqs are 1, 2, 3 in each room, and a rollback leaves no hole",
    edits: [
      {
        file: appendVersion,
        find: 'CREATE FUNCTION "dialogue_append_version"',
        put: 'CREATE SEQUENCE "dialogue_identity";\n--> statement-breakpoint\nCREATE FUNCTION "dialogue_append_version"',
      },
      {
        file: appendVersion,
        find: "SELECT fresh.room_id, fresh.total, fresh.tag FROM",
        put: `SELECT fresh.room_id, ${identitiesOf("fresh.total")}, fresh.tag FROM`,
      },
      { file: appendVersion, find: "SET seq = h.seq + excluded.seq,", put: "SET seq = excluded.seq," },
      {
        file: appendFresh,
        find: "SELECT share.room_id, share.total, share.tag",
        put: `SELECT share.room_id, ${identitiesOf("share.total")}, share.tag`,
      },
      { file: appendFresh, find: "SET seq = h.seq + excluded.seq,", put: "SET seq = excluded.seq," },
    ],
    caughtBy: [
      { file: pgliteLog, test: "2. seqs are 1, 2, 3 in each room" },
      { file: "packages/postgres/test/transaction.test.ts", test: "on PGlite 2. what is rolled back never was" },
    ],
  },
  {
    name: "conflict-do-nothing after the bump",
    breaks: "I3: an id that loses a race takes the raise of the head back with it",
    edits: [
      {
        file: appendFresh,
        find: "JOIN head ON head.room_id = d.room_id\n",
        put: "JOIN head ON head.room_id = d.room_id\n		ON CONFLICT DO NOTHING\n",
      },
      {
        file: appendVersion,
        find: "JOIN head ON head.room_id = f.room_id\n",
        put: "JOIN head ON head.room_id = f.room_id\n		ON CONFLICT DO NOTHING\n",
      },
    ],
    caughtBy: [{ file: pgliteLog, test: "3. a resend answers the first event and adds none" }],
  },
  {
    name: "the head is not locked before a transaction's look-up",
    breaks: "a transaction of the application's cannot lose a race that would take the rest with it",
    edits: [
      {
        file: "packages/postgres/src/transaction.ts",
        find: "    await lockHead(tx, draft.roomId);\n",
        put: "",
      },
    ],
    caughtBy: [
      {
        file: "packages/postgres/test/transaction.test.ts",
        test: "on PostgreSQL with pg appends beside it, of the same ids",
      },
    ],
    needs: "PostgreSQL",
  },
  {
    name: "a used id is answered as a duplicate whatever it is",
    breaks: "I2: another draft, or another user, under a used id is refused",
    edits: [
      {
        file: "packages/postgres/src/append-or-find.ts",
        find: "const isSame = event.hash === draft.hash && event.from === draft.from;",
        put: "const isSame = event.id === draft.id;",
      },
    ],
    caughtBy: [{ file: pgliteLog, test: "under the same id is a conflict" }],
  },
  {
    name: "unlimited queue of appends",
    breaks: "I8: past the length of the line an append is refused",
    edits: [
      {
        file: "packages/postgres/src/waiting-line.ts",
        find: "drafts >= limits.waitingDrafts ||",
        put: "drafts < 0 ||",
      },
    ],
    caughtBy: [{ file: batcher, test: "past the length of the line an append is UNAVAILABLE" }],
  },
  {
    name: "one room takes the whole batch",
    breaks: "I9: a hot room delays only itself",
    edits: [
      {
        file: "packages/postgres/src/waiting-line.ts",
        find: "const batch = fill(new Map([...rooms].filter(([roomId]) => !isBusy(roomId))));",
        put: "const batch = fill(new Map([...rooms].filter(([roomId]) => !isBusy(roomId)).slice(0, 1)));",
      },
    ],
    caughtBy: [{ file: batcher, test: "a room with a long queue leaves the others their place" }],
  },
  {
    name: "an acknowledgement before the flush is accepted",
    breaks: "I1: a database that answers before a commit is durable is refused",
    edits: [
      {
        file: "packages/postgres/src/postgres-log.ts",
        find: 'if (row?.setting !== "off") return;',
        put: "if (row?.setting) return;",
      },
    ],
    caughtBy: [
      { file: "packages/postgres/test/open-log.test.ts", test: "refuses a database that answers before a commit" },
    ],
    needs: "PostgreSQL",
  },
  {
    name: "a lost connection of the backplane is kept silent",
    breaks: "I6: whenever news may have been lost, heads are checked",
    edits: [
      {
        file: "packages/postgres/src/backplane/postgres-backplane.ts",
        find: "    again() {\n      suspect();\n",
        put: "    again() {\n",
      },
    ],
    caughtBy: [{ file: backplane, test: "a connection that has gone silent is replaced after 8 seconds" }],
    needs: "PostgreSQL",
  },
  {
    name: "of several redactions the last alone is told",
    breaks: "every node forgets every event that was redacted",
    edits: [
      {
        file: "packages/postgres/src/backplane/outbox.ts",
        find: "return JSON.stringify([roomId, news.type, news.seq]);",
        put: "return JSON.stringify([roomId, news.type]);",
      },
    ],
    caughtBy: [{ file: backplane, test: "of several redactions at once every one is heard" }],
    needs: "PostgreSQL",
  },
  {
    name: "a lease by the clock of whoever takes it",
    breaks: "I15: leases run on the database's clock, whatever a node's own says",
    edits: [
      {
        file: "packages/postgres/src/postgres-presence-store.ts",
        find: "await query(db, sql`select dialogue_renew(${nodeId}, ${ttlMs}::float8)`);",
        put: "await query(db, sql`select dialogue_renew(${nodeId}, ${ttlMs}::float8)`);\n  const until = new Date(Date.now() + ttlMs).toISOString();\n  await query(db, sql`update dialogue_nodes set leased_until = ${until}::timestamptz where node_id = ${nodeId}`);",
      },
    ],
    caughtBy: [{ file: presence, test: "a node whose clock is ten minutes" }],
    needs: "PostgreSQL",
  },
];
