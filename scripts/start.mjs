import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install } from "./install.mjs";
import { build } from "./turbo-build.mjs";
import { root } from "./workspace.mjs";

/** The same stop signal again within this time is an echo of one key press. */
const echoMs = 500;

if (!(await install())) process.exit(1);

console.log("building…");
const built = await build(["@dialogue/app-server", "@dialogue/web"]);
if (!built.ok) {
  console.error(`${built.output}\ncannot start: the build failed, see above`);
  process.exit(1);
}

// The server runs in this very process: signals reach it directly, its exit code is ours, and none can outlive the other.
foldEchoes();
const main = join(root, "apps", "server", "dist", "main.js");
process.chdir(root);
process.argv[1] = main;
process.setSourceMapsEnabled(true);
await import(pathToFileURL(main).href);

/** A Ctrl-C arrives twice, from the terminal and again from npm; a server may take a second one for impatience. */
function foldEchoes() {
  /** @type {Map<unknown, number>} */
  const heard = new Map();
  const { emit } = process;
  process.emit = (/** @type {unknown[]} */ ...event) => {
    const [name] = event;
    const isStop = name === "SIGINT" || name === "SIGTERM";
    if (isStop && performance.now() - (heard.get(name) ?? -echoMs) < echoMs) return true;
    if (isStop) heard.set(name, performance.now());
    return Reflect.apply(emit, process, event);
  };
}
