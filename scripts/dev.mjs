import { install } from "./install.mjs";
import { run } from "./run.mjs";
import { build } from "./turbo-build.mjs";

if (!(await install())) process.exit(1);

console.log("building…");
const built = await build(["@dialogue/app-server"]);
if (!built.ok) console.error(`${built.output}\nthe build failed, see above; watching all the same`);

// Loose, because the server reads its settings from the environment.
const { code } = await run("turbo", ["run", "build:watch", "dev", "--env-mode=loose", "--ui=stream"], { live: true });
process.exitCode = code;
