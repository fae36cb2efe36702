import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Chat } from "@dialogue/app-server/dialogue";
import { createTokens } from "@dialogue/app-server/tokens";
import { createDialogueClient, type DialogueClient, type RoomContext } from "@dialogue/client";
import { type Cursor, DialogueError, startCursor } from "@dialogue/events";
import { entryOfFrame, type JournalWriter } from "@dialogue/testkit/proof";
import { WebSocket } from "ws";
import { type Plan, roomOf } from "./plan.ts";

type Room = RoomContext<Chat, { readonly id: string }>;

/** What the people of a process share. */
export interface Crowd {
  readonly plan: Plan;
  readonly journal: JournalWriter;
  readonly random: () => number;
  readonly counts: { acked: number; reads: number };
  report(error: unknown): void;
}

/** Somebody in a room, through whatever becomes of the servers: reads all of it, and sends when asked to. */
export class Person {
  readonly userId: string;
  readonly roomId: string;
  private readonly crowd: Crowd;
  private readonly reloads: boolean;
  private visits = 0;
  private client: DialogueClient<Chat> | undefined;
  private room: Room | undefined;
  private cursor: Cursor = startCursor;
  private isGone = false;
  private waiters: (() => void)[] = [];

  constructor(crowd: Crowd, n: number) {
    this.crowd = crowd;
    this.userId = `person-${n}`;
    this.roomId = roomOf(crowd.plan, n);
    // So that the people of each room are spread over all servers.
    this.visits = Math.floor(n / crowd.plan.rooms);
    this.reloads = n < crowd.plan.people * crowd.plan.reloading;
  }

  get isConnected(): boolean {
    return this.client?.state === "connected";
  }

  /** The place that was read up to. */
  get seq(): number {
    return Number.parseInt(this.room?.cursor ?? this.cursor, 10);
  }

  /** What proves to a server who this is. */
  token(): Promise<string> {
    return createTokens(this.crowd.plan.secret, Date.now).issue({ id: this.userId, name: this.userId });
  }

  /** Comes in, as often as it takes. The room is made by whoever is its first. */
  async enter(): Promise<void> {
    for (;;) {
      const client = await this.connect();
      try {
        await client.connect();
        await this.makeRoom(client);
        return this.settle(client, await client.join({ id: this.roomId }, { cursor: this.cursor }));
      } catch (error) {
        await client.disconnect();
        if (!mayPass(error)) throw error;
        await pause(200 + 800 * this.crowd.random());
      }
    }
  }

  /** Sends an event until it is acknowledged, under one id. */
  async say(text: string): Promise<void> {
    const { journal, counts } = this.crowd;
    const id = randomUUID();
    const { roomId, userId: from } = this;
    journal.write({ type: "tried", roomId, id, from });
    // Now and then the same again, as of one who clicked twice: it must be the same event.
    const times = this.crowd.random() < 0.05 ? 2 : 1;
    const events = await Promise.all(Array.from({ length: times }, () => this.trigger(id, text)));
    for (const { seq } of events) journal.write({ type: "acked", roomId, id, seq });
    counts.acked++;
  }

  /** The newest seq of the room, as the server says it. */
  async head(): Promise<number> {
    for (;;) {
      const room = await this.there();
      try {
        return (await room.getHistory(undefined, { limit: 1 })).events.at(-1)?.seq ?? 0;
      } catch (error) {
        if (!mayPass(error)) throw error;
        await pause(100);
      }
    }
  }

  async leave(): Promise<void> {
    this.isGone = true;
    await this.client?.disconnect();
  }

  private async connect(): Promise<DialogueClient<Chat>> {
    const { plan, report } = this.crowd;
    const url = plan.urls[this.visits++ % plan.urls.length] ?? "";
    const token = await this.token();
    const auth = { userId: this.userId, token };
    // Whoever reloads does not wait for long.
    const connectMs = this.reloads ? 2_000 : 10_000;
    const client = createDialogueClient<Chat>({ url, auth, WebSocket, connectMs, triggerMs: 60_000 });
    client.onError((error) => mayPass(error) || report(error));
    return client;
  }

  private async makeRoom(client: DialogueClient<Chat>): Promise<void> {
    try {
      await client.createRoom({ id: this.roomId, name: this.roomId });
    } catch (error) {
      if (!(error instanceof DialogueError) || error.code !== "ROOM_EXISTS") throw error;
    }
  }

  private settle(client: DialogueClient<Chat>, room: Room): void {
    const { journal, counts } = this.crowd;
    room.onFrame((frame, cursor) => {
      const entry = entryOfFrame(this.userId, this.roomId, frame, cursor);
      if (!entry) return;
      journal.write(entry);
      if (frame.type !== "ready") counts.reads++;
    });
    if (this.reloads) client.onDisconnect(() => void this.reload(client, room).catch(this.crowd.report));
    this.client = client;
    this.room = room;
    for (const wake of this.waiters.splice(0)) wake();
  }

  /** The client is thrown away, as with its page, and another goes on from where it had come. */
  private async reload(client: DialogueClient<Chat>, room: Room): Promise<void> {
    if (this.isGone || this.room !== room) return;
    this.cursor = room.cursor ?? this.cursor;
    this.room = undefined;
    await client.disconnect();
    await pause(1_000 * this.crowd.random());
    await this.enter();
  }

  private async trigger(id: string, text: string) {
    for (;;) {
      const room = await this.there();
      try {
        return await room.trigger("message", { text, senderId: this.userId }, { id });
      } catch (error) {
        if (!mayPass(error)) throw error;
        await pause(100);
      }
    }
  }

  private async there(): Promise<Room> {
    while (!this.room) await new Promise<void>((resolve) => this.waiters.push(resolve));
    return this.room;
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof DialogueError && error.retry;
}
