import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The environment of everything the scripts start: the workspace's own tools first in PATH, and tools that keep to their task. */
export const environment = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
};

/**
 * Every package of the workspace, as the absolute folder and the parsed manifest.
 * @returns {{ folder: string, manifest: { name: string, dependencies?: Record<string, string> } }[]}
 */
export function packages() {
  return ["packages", "apps", "examples"].flatMap((folder) => packagesIn(join(root, folder)));
}

/** @param {string} folder @returns {ReturnType<typeof packages>} */
function packagesIn(folder) {
  if (!existsSync(folder)) return [];
  const manifest = join(folder, "package.json");
  const own = existsSync(manifest) ? [{ folder, manifest: JSON.parse(readFileSync(manifest, "utf8")) }] : [];
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["node_modules", "dist", "src", "test"].includes(entry.name))
    .flatMap((entry) => packagesIn(join(folder, entry.name)));
  return [...own, ...below];
}
