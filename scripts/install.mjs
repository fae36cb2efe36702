import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";
import { packages, root } from "./workspace.mjs";

/**
 * Brings node_modules to what the lockfile says, with the pnpm that package.json pins. Does nothing, in milliseconds,
 * when they agree already. Resolves to false, after pnpm has said why, when it cannot.
 */
export async function install() {
  if (isInstalled()) return true;
  console.log("installing…");
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const args = ["--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"];
  const { ok } = await run("npx", args, { live: true });
  if (!ok) console.error("cannot install: see pnpm's message above");
  return ok;
}

function isInstalled() {
  const modules = join(root, "node_modules");
  // pnpm keeps a copy of the lockfile it has installed, and writes .modules.yaml last.
  const installed = join(modules, ".pnpm", "lock.yaml");
  if (!existsSync(installed) || !existsSync(join(modules, ".modules.yaml"))) return false;
  if (readFileSync(installed, "utf8") !== readFileSync(join(root, "pnpm-lock.yaml"), "utf8")) return false;
  return packages().every(
    ({ folder, manifest }) => !hasDependencies(manifest) || existsSync(join(folder, "node_modules")),
  );
}

/** @param {object} manifest */
function hasDependencies(manifest) {
  return "dependencies" in manifest || "devDependencies" in manifest;
}
