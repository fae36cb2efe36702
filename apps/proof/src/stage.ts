import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Ended, freePort, type ServerProcess, startServer } from "@dialogue/e2e/server-process";
import {
  checkHistory,
  connectJournal,
  type JournalLine,
  type JournalWriter,
  readJournal,
  seededRandom,
  startJournal,
  type Verdict,
} from "@dialogue/testkit/proof";
import { type Database, type DatabaseName, openDatabase, readLogs } from "./database.ts";
import { type Load, startLoad } from "./load.ts";
import { type Crowd, Person } from "./person.ts";
import { type Plan, roomOf } from "./plan.ts";

/** What a scenario is run with. */
export interface Conduct {
  readonly database: DatabaseName;
  readonly seconds: number;
  readonly seed: number;
  /** What every server's environment is given beside the rest. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called now and then with how far it has come. */
  tell(line: string): void;
}

/** A server at a port that stays its own, whatever becomes of its process. */
export interface Seat {
  readonly url: string;
  readonly process: ServerProcess;
  start(): Promise<void>;
  end(signal: "SIGKILL" | "SIGTERM"): Promise<Ended>;
}

/** Everything a scenario needs, gone when it is over. */
export interface Stage {
  readonly conduct: Conduct;
  readonly database: Database;
  readonly folder: string;
  readonly random: () => number;
  /** How much time is left of the scenario's seconds; from when the clients were in. */
  readonly msLeft: number;
  /** A server; `settings` beside those of the database. */
  seat(settings?: Readonly<Record<string, string>>): Promise<Seat>;
  /** Lets people in. */
  crowd(plan: Omit<Plan, "secret" | "journalPort" | "seed">): Promise<Load>;
  /** A person in each room beside the crowd, in this process, to be told what to say. */
  guests(url: string, rooms: number): Promise<readonly Person[]>;
  /** Notes down what was done to the servers. */
  mark(what: string): Promise<void>;
  /** Lets time pass, and tells how far it has come. */
  pass(ms: number, doing: string): Promise<void>;
  lines(): AsyncIterable<JournalLine>;
  /** Judges the journal, or what `wanted` leaves of it, by the logs of the crowds' rooms. A database in a folder must have no server any more. */
  judge(wanted?: (line: JournalLine) => boolean): Promise<Verdict>;
}

/** A plan for no crowd. */
const nobody = { people: 0, senders: 0, perSecond: 0, reloading: 0 };

const secret = "a secret that all servers of a proof share";

/** Sets the stage for a scenario, and clears it afterwards. */
export async function onStage<T>(conduct: Conduct, act: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "dialogue-proof-"));
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    return await act(await createStage(conduct, folder, ends));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function createStage(conduct: Conduct, folder: string, ends: (() => unknown)[]): Promise<Stage> {
  const dataFolder = join(folder, "data");
  const database = await openDatabase(conduct.database, dataFolder);
  ends.push(database.remove);
  const journal = await startJournal(join(folder, "journal"));
  ends.push(journal.close);
  const marks: JournalWriter = await connectJournal(journal.port);
  const random = seededRandom(conduct.seed);
  const rooms = new Set(["general"]);
  let load: Load | undefined;
  let begun = performance.now();

  async function seat(settings: Readonly<Record<string, string>> = {}): Promise<Seat> {
    const port = await freePort();
    const environment = {
      PORT: String(port),
      LOG_LEVEL: "warn",
      DIALOGUE_DATA_DIR: dataFolder,
      DIALOGUE_SECRET: secret,
      ...database.settings,
      ...conduct.settings,
      ...settings,
    };
    let running = await startServer(environment);
    ends.push(() => running.end("SIGKILL"));
    return {
      url: running.url,
      get process() {
        return running;
      },
      async start() {
        running = await startServer(environment);
      },
      end: (signal) => running.end(signal),
    };
  }

  async function pass(ms: number, doing: string): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0; left = until - performance.now()) {
      await pause(Math.min(left, 1_000));
      const { acked = 0, reads = 0, connected = 0 } = load?.progress ?? {};
      const seconds = Math.round((performance.now() - begun) / 1_000);
      conduct.tell(`${seconds} s, ${doing}: ${acked} acknowledged, ${reads} read, ${connected} connected`);
    }
  }

  return {
    conduct,
    database,
    folder: dataFolder,
    random,
    get msLeft() {
      return begun + 1_000 * conduct.seconds - performance.now();
    },
    seat,
    async crowd(given) {
      const plan: Plan = { ...given, secret, journalPort: journal.port, seed: conduct.seed };
      for (let n = 0; n < plan.people; n++) rooms.add(roomOf(plan, n));
      load = await startLoad(plan);
      ends.push(load.end);
      begun = performance.now();
      return load;
    },
    async guests(url, count) {
      const plan: Plan = {
        urls: [url],
        secret,
        journalPort: journal.port,
        seed: conduct.seed,
        ...nobody,
        rooms: count,
      };
      const crowd: Crowd = { plan, journal: marks, random, counts: { acked: 0, reads: 0 }, report };
      // Names that nobody of a crowd bears.
      const guests = Array.from({ length: count }, (_, room) => new Person(crowd, 10_000 * count + room));
      await Promise.all(guests.map((guest) => guest.enter()));
      ends.push(() => Promise.all(guests.map((guest) => guest.leave())));
      return guests;
    },
    async mark(what) {
      marks.write({ type: "marked", what: `${what} at ${Date.now()}` });
      await marks.flush();
    },
    pass,
    lines: () => readJournal(journal.file),
    async judge(wanted = () => true) {
      await marks.flush();
      const logs = await readLogs(database, [...rooms]);
      return checkHistory({ entries: filtered(readJournal(journal.file), wanted), logs });
    },
  };
}

function report(error: unknown): never {
  throw error;
}

async function* filtered(lines: AsyncIterable<JournalLine>, wanted: (line: JournalLine) => boolean) {
  for await (const line of lines) if (wanted(line)) yield line;
}
