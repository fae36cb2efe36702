import { writeSync } from "node:fs";
import { lockFolder } from "../../dist/pglite/folder-lock.js";

// Waits until all may race, tries to lock the folder, says how that went, and stays until it is killed.
while (Date.now() < Number(process.argv[3]));
const outcome = await lockFolder(process.argv[2]).then(
  () => "locked",
  (error) => error.code,
);
writeSync(1, `${outcome}\n`);
process.stdin.resume();
