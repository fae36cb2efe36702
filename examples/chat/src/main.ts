import { db, openDatabase } from "./database.ts";
import { dialogue } from "./dialogue.config.ts";

await openDatabase();
await db.users.create({ id: "ada", name: "Ada" });
await dialogue.start();
const token = await dialogue.issueToken({ id: "ada", name: "Ada" });
process.stdout.write(`The chat listens at ${dialogue.url}. A token for Ada: ${token}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void dialogue.stop());
