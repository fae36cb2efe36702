import { createDialogue, defineRoom, Message } from "@dialogue/server";
import type { Contender } from "./fan-out-contender.ts";
import { roomId, type Scenario } from "./fan-out-messages.ts";

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error: (facts: object) => void process.stderr.write(`${JSON.stringify(facts)}\n`),
};

/** Dialogue over its own transport, with its log in memory. Unpaced, each message leaves by itself. */
export async function startDialogue(scenario: Scenario, isPaced: boolean): Promise<Contender> {
  const ids = Array.from({ length: scenario.rooms }, (_, room) => roomId(room));
  const dialogue = createDialogue({
    port: 0,
    host: "127.0.0.1",
    rooms: Object.fromEntries(ids.map((id) => [id, defineRoom({ name: id, events: [Message] })])),
    logger: quiet,
    limits: isPaced ? {} : { flushMs: 0 },
  });
  await dialogue.start();
  const users = Array.from({ length: scenario.rooms * scenario.socketsPerRoom }, (_, user) => ({ id: `user-${user}` }));
  return {
    port: dialogue.port,
    tokens: await Promise.all(users.map((user) => dialogue.issueToken(user))),
    say: (room, text) => void dialogue.trigger(room, Message, { text, senderId: "bench" }, "bench"),
  };
}
