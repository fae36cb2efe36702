import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";

/** Copies a folder in the place of another one, owners and modes included. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const [code] = await once(spawn("cp", ["-a", from, to], { stdio: "inherit" }), "close");
  if (code !== 0) throw new Error(`cannot copy ${from} to ${to}: cp ended with ${code}`);
}
