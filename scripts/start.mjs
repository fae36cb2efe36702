import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install } from "./install.mjs";
import { build } from "./turbo-build.mjs";
import { root } from "./workspace.mjs";

if (!(await install())) process.exit(1);

console.log("building…");
const built = await build(["@dialogue/app-server", "@dialogue/web"]);
if (!built.ok) {
  console.error(`${built.output}\ncannot start: the build failed, see above`);
  process.exit(1);
}

// The server runs in this very process: a signal reaches it once and directly, and its exit code is ours.
const main = join(root, "apps", "server", "dist", "main.js");
process.chdir(root);
process.argv[1] = main;
process.setSourceMapsEnabled(true);
await import(pathToFileURL(main).href);
