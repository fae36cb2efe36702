import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install } from "./install.mjs";
import { build } from "./turbo-build.mjs";
import { root } from "./workspace.mjs";

if (!(await install())) process.exit(1);

const built = await build(["@dialogue/bench"]);
if (!built.ok) {
  console.error(`${built.output}\ncannot run the benchmark: the build failed, see above`);
  process.exit(1);
}

await import(pathToFileURL(join(root, "apps", "bench", "dist", "main.js")).href);
