import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { checkEvents, describeChanges } from "./check-events.ts";

const usage = `dialogue-events [--file <events.json>] [--frozen] <module> …

Compares the events that the modules export, by themselves or in rooms, with the record in the file (dialogue-events.json),
and brings that up to date. Exits with 1 when a change is breaking, or the record is not up to date and must not be written
(--frozen, or in CI); with 2 when it cannot tell.`;

/** Runs the command; answers its exit code. */
export async function runCommand(args: readonly string[], say: (line: string) => void): Promise<number> {
  let modules: readonly unknown[];
  let given: ReturnType<typeof argumentsOf>;
  try {
    given = argumentsOf(args);
    if (given.paths.length === 0) throw new Error("no module is named");
    modules = await Promise.all(given.paths.map((path): Promise<unknown> => import(pathToFileURL(resolve(path)).href)));
  } catch (error) {
    say(`cannot begin: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  try {
    const { file, isFrozen } = given;
    const changes = await checkEvents(isFrozen ? { file, isFrozen } : { file }, ...modules);
    say(changes.length === 0 ? "no event has changed" : describeChanges(changes));
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function argumentsOf(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { file: { type: "string", default: "dialogue-events.json" }, frozen: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  return { file: values.file, isFrozen: values.frozen, paths: positionals };
}
