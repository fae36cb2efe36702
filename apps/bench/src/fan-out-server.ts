import type { Contender } from "./fan-out-contender.ts";
import { startDialogue } from "./fan-out-dialogue.ts";
import {
  type ContenderName,
  type FromServer,
  roomId,
  type Scenario,
  type ToServer,
  textOf,
} from "./fan-out-messages.ts";
import { startPreFramed } from "./fan-out-pre-framed.ts";
import { startSocketIo } from "./fan-out-socket-io.ts";
import { startTrpc } from "./fan-out-trpc.ts";

/** A process that serves one contender, and says what CPU it took. */
const [, , name, given] = process.argv;
const contender = await start(name as ContenderName, JSON.parse(given ?? "{}") as Scenario);
let before = process.cpuUsage();

process.on("message", (message: ToServer) => {
  if (message.type === "say") void say(message);
  else {
    const { user, system } = process.cpuUsage(before);
    tell({ type: "usage", cpu: user + system });
  }
});
tell({ type: "listening", port: contender.port, tokens: contender.tokens });

async function say({ scenario, from, count }: ToServer & { readonly type: "say" }): Promise<void> {
  before = process.cpuUsage();
  for (let n = from; n < from + count; n++) {
    for (let room = 0; room < scenario.rooms; room++) contender.say(roomId(room), textOf(n));
    if (scenario.pace === "turns") await new Promise((resolve) => setImmediate(resolve));
  }
}

function start(contenderName: ContenderName, scenario: Scenario): Promise<Contender> {
  switch (contenderName) {
    case "dialogue":
      return startDialogue(scenario, true);
    case "dialogue-unpaced":
      return startDialogue(scenario, false);
    case "trpc":
      return startTrpc();
    case "socket.io":
      return startSocketIo();
    case "pre-framed":
      return startPreFramed();
  }
}

function tell(message: FromServer): void {
  process.send?.(message);
}
