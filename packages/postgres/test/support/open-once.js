import { writeSync } from "node:fs";
import { openLog } from "../../dist/index.js";

// Opens the folder and closes it; or says in one line why it cannot, as an application would.
try {
  const log = await openLog({ dataDir: process.argv[2] });
  await log.close();
} catch (error) {
  writeSync(2, `${error.message}\n`);
  process.exitCode = 1;
}
