import { runServer } from "@dialogue/e2e/server-process";
import { outcomeOf } from "../outcome.ts";
import type { Outcome, Scenario } from "../scenario.ts";
import { type Conduct, onStage } from "../stage.ts";

export const oneFolder: Scenario = {
  name: "one-folder",
  says: "a second server on the first one's PGlite folder stops with a clear line, and the first is unharmed",
  databases: ["pglite"],
  seconds: 10,
  run: (conduct) => runOneFolder(conduct, 10),
};

const line = /^dialogue: cannot open the data folder \S+: .+\n$/;

export function runOneFolder(conduct: Conduct, people: number): Promise<Outcome> {
  return onStage(conduct, async (stage) => {
    const seat = await stage.seat();
    const plan = { urls: [seat.url], people, senders: people, rooms: 2, perSecond: 4, reloading: 0 };
    const load = await stage.crowd(plan);
    const faults: string[] = [];
    let said = "";
    for (let tries = 1; tries <= 3; tries++) {
      await stage.pass(stage.msLeft / 4, `${tries - 1} second servers`);
      const second = await runServer({ PORT: "0", DIALOGUE_DATA_DIR: stage.folder });
      said = second.stderr.trim();
      if (second.code !== 1 || !line.test(second.stderr))
        faults.push(`a second server ended with ${second.code} and said: ${second.stderr}`);
    }
    await stage.pass(stage.msLeft, "3 second servers");
    faults.push(...(await load.rest()));
    const { code, stderr } = await seat.end("SIGTERM");
    if (code !== 0 || stderr !== "") faults.push(`the first server ended with ${code} and said: ${stderr}`);
    const figures = [`3 second servers, each: ${said.replace(stage.folder, "…")}`];
    return outcomeOf(await stage.judge(), { figures, faults });
  });
}
