import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { packages, root } from "../workspace.mjs";

/** What tests run from besides the sources: the embedded database's worker. */
const built = ["packages/postgres/dist"];

/**
 * Copies the sources as they stand, committed or not, into a temporary folder. Dependencies are linked to the originals,
 * and the workspace's own packages to the copies. Goes when `remove` is called, and at the latest with the process.
 * @returns {{ folder: string, remove: () => void }}
 */
export function copySources() {
  // By its real name: tools that follow links would else meet each file under two.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dialogue-mutants-")));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  for (const file of sourceFiles()) copy(file, folder);
  for (const file of built) if (existsSync(join(root, file))) copy(file, folder);
  for (const from of [root, ...packages().map((each) => each.folder)]) linkModules(relative(root, from), folder);
  return { folder, remove };
}

function sourceFiles() {
  const asked = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { status, stdout, stderr } = spawnSync("git", asked, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`cannot list the sources: ${stderr}`);
  // What is deleted and not committed is still listed.
  return stdout.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
}

/** @param {string} file @param {string} folder */
function copy(file, folder) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  cpSync(join(root, file), join(folder, file), { recursive: true });
}

/** @param {string} place @param {string} folder */
function linkModules(place, folder) {
  const modules = join(root, place, "node_modules");
  if (!existsSync(modules)) return;
  const names = readdirSync(modules).filter((name) => !name.startsWith("."));
  for (const name of names.flatMap((each) => (each.startsWith("@") ? scoped(modules, each) : [each]))) {
    const path = join(folder, place, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(targetOf(join(modules, name), folder), path);
  }
}

/** @param {string} modules @param {string} scope */
function scoped(modules, scope) {
  return readdirSync(join(modules, scope)).map((name) => join(scope, name));
}

/** @param {string} module @param {string} folder */
function targetOf(module, folder) {
  const target = realpathSync(module);
  const place = relative(realpathSync(root), target);
  const isOurs = !place.startsWith("..") && !place.split(sep).includes("node_modules");
  return isOurs ? join(folder, place) : target;
}
