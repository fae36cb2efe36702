import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, it } from "vitest";
import { packages, root } from "./workspace.mjs";

const projects = packages().filter(({ folder }) => existsSync(join(folder, "tsconfig.json")));
/** What can be imported: the page, for one, is only served. */
const importable = packages().filter(({ manifest }) => "exports" in manifest);
const folders = new Map(importable.map(({ folder, manifest }) => [manifest.name, folder]));

it("compiles every package in one watch", () => {
  expect(referencesOf(root)).toEqual(projects.map(({ folder }) => folder).sort());
});

it.each(projects.map((project) => [project.manifest.name, project] as const))(
  "%s is built after what it depends on",
  (_name, { folder, manifest }) => {
    const needed = Object.keys(manifest.dependencies ?? {}).flatMap((name) => folders.get(name) ?? []);
    const referenced = new Set(referencesOf(folder));
    expect(needed.filter((other) => !referenced.has(other)).map((other) => relative(root, other))).toEqual([]);
  },
);

/** The folders that a tsconfig.json refers to, sorted. */
function referencesOf(folder: string): string[] {
  const { references = [] }: { references?: { path: string }[] } = JSON.parse(
    readFileSync(join(folder, "tsconfig.json"), "utf8"),
  );
  return references.map(({ path }) => resolve(folder, path)).sort();
}
