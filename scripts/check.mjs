import { install } from "./install.mjs";
import { runSteps, steps } from "./steps.mjs";

if (!(await install())) process.exit(1);

console.log("checking…");
const early = await Promise.all([runSteps([steps.lint]), runSteps([steps.build])]);
const late = await runSteps([steps.types, steps.unused, steps.manifests, steps.size, steps.published]);
const failed = [...early.flat(), ...late];
if (failed.length > 0) console.error(`\nfailed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
