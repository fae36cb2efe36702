import { DialogueError } from "@dialogue/events";
import type { Action, User } from "./access.ts";
import type { Attached, AttachedByRoom } from "./attached.ts";
import { roomNotFound } from "./authority.ts";
import type { Detach, Frame, Sink } from "./log/sink.ts";
import type { Report } from "./logger.ts";
import type { Room } from "./rooms/room.ts";
import type { Attendances } from "./sessions/attendances.ts";
import type { LocalSession } from "./sessions/local-session.ts";

/** What a subscription is to, and whose. */
export interface Subscribing<Data> {
  readonly user: User;
  readonly session: LocalSession | undefined;
  readonly room: Room;
  readonly action: Action;
  /** The log's readers judge their rights by themselves. */
  readonly isOfLog: boolean;
  readonly open: (sink: Sink<Data>) => Detach;
}

/** What all attachments of a node share. */
export interface AttachmentParts {
  readonly attendances: Attendances;
  readonly attached: AttachedByRoom;
  readonly stillAllows: (user: User, action: Action, roomId: string) => Promise<boolean>;
  /** Throws RATE_LIMITED; `own` are not counted. */
  readonly refuseTooMany: (session: LocalSession | undefined, roomId: string, own?: number) => void;
  readonly report: Report;
}

/** One sink attached to one subscription: the session attends the room meanwhile. */
export class Attachment<Data> implements Attached, Sink<Data> {
  private readonly subscribing: Subscribing<Data>;
  private readonly sink: Sink<Data>;
  private readonly parts: AttachmentParts;
  /** What must be undone at the end. */
  private release: Detach | undefined;
  private close: Detach | undefined;
  private isOver = false;

  constructor(subscribing: Subscribing<Data>, sink: Sink<Data>, parts: AttachmentParts) {
    this.subscribing = subscribing;
    this.sink = sink;
    this.parts = parts;
  }

  get user(): User {
    return this.subscribing.user;
  }

  get roomId(): string {
    return this.subscribing.room.id;
  }

  get action(): Action {
    return this.subscribing.action;
  }

  start(): void {
    const { session, isOfLog } = this.subscribing;
    if (!isOfLog) this.parts.attached.add(this);
    session?.subscriptions.add(this);
    this.begin().catch((error: unknown) => {
      if (error instanceof DialogueError) this.end(error);
      else this.fail(error);
    });
  }

  /** Ends it without a word to the sink; true when it had not ended yet. */
  detach(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    const { session } = this.subscribing;
    this.parts.attached.delete(this);
    session?.subscriptions.delete(this);
    this.release?.();
    this.close?.();
    return true;
  }

  end(error?: DialogueError): void {
    if (!this.detach()) return;
    try {
      this.sink.end(error);
    } catch (thrown) {
      this.parts.report(thrown, `end a subscription to room ${this.roomId}`);
    }
  }

  write(frame: Frame<Data>): boolean {
    try {
      return this.sink.write(frame);
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  onWritable(wake: () => void): void {
    this.sink.onWritable(wake);
  }

  private async begin(): Promise<void> {
    const { user, session, room, action, open } = this.subscribing;
    const { attendances, stillAllows, refuseTooMany } = this.parts;
    refuseTooMany(session, room.id, 1);
    if (session) this.release = this.kept(await attendances.hold(session, room));
    // A right that ended while the session entered was nobody's to end yet.
    if (room.visibility === "private" && !(await stillAllows(user, action, room.id))) throw roomNotFound(room.id);
    if (!this.isOver) this.close = this.kept(open(this));
  }

  /** What must be undone at the end; undoes it at once when the end has been. */
  private kept(undo: Detach): Detach | undefined {
    if (!this.isOver) return undo;
    undo();
    return undefined;
  }

  private fail(error: unknown): void {
    this.parts.report(error, `serve a subscription to room ${this.roomId}`);
    this.end(
      new DialogueError("INTERNAL", `cannot serve room ${this.roomId}: the subscription failed`, { cause: error }),
    );
  }
}
