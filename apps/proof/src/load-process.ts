import { setTimeout as pause } from "node:timers/promises";
import { connectJournal, seededRandom } from "@dialogue/testkit/proof";
import { type Crowd, Person } from "./person.ts";
import type { Plan, Said, Told } from "./plan.ts";

// Run by `startLoad`, with the plan as its argument: the clients, in a process that no kill of a server touches.
const plan: Plan = JSON.parse(process.argv[2] ?? "");
const errors: string[] = [];
let isResting = false;

const crowd: Crowd = {
  plan,
  journal: await connectJournal(plan.journalPort),
  random: seededRandom(plan.seed),
  counts: { acked: 0, reads: 0 },
  report: (error) => void errors.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
};
const say = (said: Said): void => void process.send?.(said);
process.once("disconnect", () => process.exit(1));

const people = Array.from({ length: plan.people }, (_, n) => new Person(crowd, n));
// Some at a time, as a crowd comes in.
for (let at = 0; at < people.length; at += 25) await Promise.all(people.slice(at, at + 25).map((one) => one.enter()));
say({ type: "ready" });
setInterval(() => {
  say({ type: "progress", ...crowd.counts, connected: people.filter(({ isConnected }) => isConnected).length });
}, 250);

const rest = new Promise<void>((resolve) => {
  process.on("message", (told: Told) => {
    isResting = told === "rest";
    resolve();
  });
});
const sending = people.slice(0, plan.senders).map((sender) => send(sender).catch(crowd.report));
await rest;
await Promise.all(sending);
await Promise.all(people.map(catchUp));
await crowd.journal.close();
say({ type: "rested", errors });

async function send(sender: Person): Promise<void> {
  const everyMs = 1_000 / plan.perSecond;
  // Not all at the same moment.
  await pause(everyMs * crowd.random());
  for (let n = 1; !isResting; n++) {
    const begun = performance.now();
    await sender.say(`${sender.userId} says ${n}`);
    await pause(Math.max(0, begun + everyMs - performance.now()));
  }
}

/**
 * Waits until a reader is at the end of its room: not behind it, and not beyond it, as one whose reset is still to come.
 * One that never is, is for the checker to find.
 */
async function catchUp(person: Person): Promise<void> {
  for (let waited = 0; person.seq !== (await person.head()) && waited < 60_000; waited += 250) await pause(250);
  await person.leave();
}
