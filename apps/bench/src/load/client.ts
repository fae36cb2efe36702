import { roomId, stamp, userId } from "../messages.ts";
import type { Dialect } from "./dialect.ts";
import type { Inspector, Message } from "./inspector.ts";
import { ClientSocket } from "./socket.ts";

/** What all clients of a process share. */
export interface Crowd {
  readonly dialect: Dialect;
  readonly inspector: Inspector;
  /** Told of every message that arrived as it should. */
  delivered(client: Client, message: Message): void;
  /** What was not foreseen: the contender has no result. */
  fail(error: Error): void;
}

/** Who a client is. */
export interface Person {
  readonly user: number;
  readonly room: number;
  readonly port: number;
  readonly token: string | undefined;
  /** Whether it enters again when it is sent away, or cut off. Else that is a failure. */
  readonly comesBack: boolean;
}

/** One client: in a room from `enter` on, it takes each message in its place. */
export class Client {
  /** Messages that have arrived. */
  arrived = 0;
  /** How often it was sent away or cut off, and came back. */
  returns = 0;
  private readonly crowd: Crowd;
  private readonly person: Person;
  private readonly asked = new Map<number, (answer: string) => void>();
  private socket: ClientSocket | undefined;
  private last: Message | undefined;
  private lastCall = 1;

  constructor(crowd: Crowd, person: Person) {
    this.crowd = crowd;
    this.person = person;
  }

  get room(): number {
    return this.person.room;
  }

  /** Resolves once it is in its room, after the last message it got. */
  enter(): Promise<void> {
    const { dialect } = this.crowd;
    const { port, room, token } = this.person;
    const cursor = this.last && dialect.cursorIn?.(this.last.bytes.toString());
    return new Promise((resolve, reject) => {
      let isReady = false;
      const ready = () => {
        isReady = true;
        resolve();
      };
      const socket = new ClientSocket(
        { port, path: dialect.path(roomId(room)), token },
        {
          onOpen: () => dialect.enter && socket.send(dialect.enter(roomId(room), cursor)),
          onText: (bytes, start, end) => {
            try {
              this.take(bytes.subarray(start, end), socket, isReady ? undefined : ready);
            } catch (error) {
              this.crowd.fail(error instanceof Error ? error : new Error(String(error)));
            }
          },
          onClose: (code, why) => {
            if (socket !== this.socket) return;
            const error = new Error(`a socket was closed with ${code}${why && `: ${why}`}`);
            if (this.person.comesBack && isReady) return this.comeBack();
            this.crowd.fail(error);
            reject(error);
          },
        },
      );
      this.socket = socket;
    });
  }

  /** Is gone, as by a lost network, until it enters again. */
  leave(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.destroy();
  }

  /** Asks the server to say something in the room. Resolves to the microseconds until the answer. */
  trigger(text: string): Promise<number> {
    const id = ++this.lastCall;
    const { room, user } = this.person;
    const input = { roomId: roomId(room), event: "message", data: { text, senderId: userId(user) } };
    const asked = stamp();
    this.socket?.send(JSON.stringify({ id, method: "mutation", params: { path: "trigger", input } }));
    return new Promise((resolve, reject) => {
      this.asked.set(id, (answer) => {
        if (answer.includes('"result"')) resolve(stamp() - asked);
        else reject(new Error(`a trigger was refused: ${answer.slice(0, 200)}`));
      });
    });
  }

  private take(frame: Buffer, socket: ClientSocket, ready: (() => void) | undefined): void {
    if (this.asked.size > 0 && this.takeAnswer(frame)) return;
    const { dialect, inspector } = this.crowd;
    const message = inspector.inspect(this.room, this.arrived, frame);
    if (message) {
      if (message.answer !== undefined) socket.send(message.answer);
      this.arrived++;
      this.last = message;
      this.crowd.delivered(this, message);
      return;
    }
    const text = frame.toString();
    const answer = dialect.answer?.(text);
    if (answer !== undefined) socket.send(answer);
    else if (text.includes('"error"')) throw new Error(`a client was refused: ${text.slice(0, 200)}`);
    else if (text.includes(dialect.ready)) ready?.();
  }

  /** The subscription is call 1; every other number is a trigger's. */
  private takeAnswer(frame: Buffer): boolean {
    const id = Number(/^\{"id":(\d+)/.exec(frame.toString("latin1", 0, 20))?.[1]);
    const answer = this.asked.get(id);
    if (!answer) return false;
    this.asked.delete(id);
    answer(frame.toString());
    return true;
  }

  private comeBack(): void {
    this.returns++;
    this.enter().catch((error: Error) => this.crowd.fail(error));
  }
}
