import type { Cancel, Clock, Report } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import pg from "pg";
import { addressOf } from "../connect.ts";
import { databaseError } from "../database-error.ts";

/** A connection of its own that listens and notifies, probed, and replaced when it is lost. */
export interface Channel {
  /** Rejects with UNAVAILABLE while there is no connection. */
  notify(payloads: readonly string[]): Promise<void>;
  /** The probe of that number was heard. */
  echoed(probe: number): void;
  close(): Promise<void>;
}

export interface ChannelOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly probe: (count: number) => string;
  readonly hear: (payload: string) => void;
  /** It listens again, after a time in which it did not. */
  readonly again: () => void;
}

const probeMs = 5_000;
const echoMs = 3_000;
const connectMs = 5_000;
const firstRetryMs = 100;
const mostRetryMs = 5_000;

/** Rejects with UNAVAILABLE when the database cannot be reached. */
export async function openChannel(options: ChannelOptions): Promise<Channel> {
  const { url, clock, report, hear } = options;
  let client: pg.Client | undefined;
  let cancel: Cancel = () => undefined;
  let probes = 0;
  let echo = 0;
  let isClosed = false;

  async function listening(): Promise<pg.Client> {
    const made = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs, keepAlive: true });
    // An error event that nobody hears ends the process; what it means is told by the end of the connection.
    made.on("error", () => undefined);
    made.on("notification", ({ payload = "" }) => {
      if (made === client) hear(payload);
    });
    made.on("end", () => lost(made, "the connection ended"));
    try {
      await made.connect();
      await made.query(`listen ${await channelOf(made)}`);
      return made;
    } catch (error) {
      destroy(made);
      throw databaseError(`listen for news at ${addressOf(url)}`, error);
    }
  }

  function lost(which: pg.Client, why: string): void {
    if (which !== client) return;
    client = undefined;
    destroy(which);
    cancel();
    if (isClosed) return;
    report(new DialogueError("UNAVAILABLE", `cannot hear other nodes: ${why}`), "listen for news");
    reconnect(firstRetryMs);
  }

  function reconnect(waitMs: number): void {
    cancel = clock.after(waitMs, () => {
      void listening().then(
        (made) => {
          if (isClosed) return destroy(made);
          client = made;
          keepProbing(made);
          options.again();
        },
        (error: unknown) => {
          if (isClosed) return;
          report(error, "listen for news");
          reconnect(Math.min(mostRetryMs, waitMs * 2));
        },
      );
    });
  }

  /** Half-open connections, and poolers that swallow LISTEN, give no sign of themselves but this one. */
  function keepProbing(which: pg.Client): void {
    cancel = clock.after(probeMs, () => {
      const sent = ++probes;
      // A failed query is followed by the end of the connection, or by no echo.
      notifyOn(which, [options.probe(sent)]).catch((error: unknown) => report(error, "probe the news"));
      cancel = clock.after(echoMs, () => {
        if (echo < sent) lost(which, `its probe was not heard within ${echoMs} ms`);
        else keepProbing(which);
      });
    });
  }

  client = await listening();
  keepProbing(client);
  return {
    async notify(payloads) {
      if (!client) throw new DialogueError("UNAVAILABLE", "cannot publish news: the connection is lost");
      try {
        await notifyOn(client, payloads);
      } catch (error) {
        throw databaseError("publish news", error);
      }
    },
    echoed(probe) {
      echo = Math.max(echo, probe);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancel();
      const last = client;
      client = undefined;
      if (!last) return;
      // A server that has gone silent takes no leave.
      const patience = new Promise<void>((resolve) => clock.after(echoMs, resolve));
      await Promise.race([last.end(), patience]);
      destroy(last);
    },
  };
}

// Channels belong to the database, tables to a schema: each schema's Dialogue has a channel of its own.
const ownChannel = "'dialogue_' || md5(current_schema())";

async function channelOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ channel: string }>(`select ${ownChannel} as channel`);
  const channel = rows[0]?.channel ?? "";
  if (!/^dialogue_[0-9a-f]{32}$/.test(channel)) throw new Error("the database named no channel");
  return channel;
}

async function notifyOn(client: pg.Client, payloads: readonly string[]): Promise<void> {
  await client.query(`select pg_notify(${ownChannel}, p) from json_array_elements_text($1::text::json) p`, [
    JSON.stringify(payloads),
  ]);
}

function destroy(client: pg.Client): void {
  // A connection that is not to be trusted is not asked to say goodbye.
  client.connection.stream.destroy();
}
