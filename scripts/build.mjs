import { install } from "./install.mjs";
import { runSteps, steps } from "./steps.mjs";

if (!(await install())) process.exit(1);
console.log("building…");
process.exitCode = (await runSteps([steps.build])).length > 0 ? 1 : 0;
