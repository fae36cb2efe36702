import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { keptSecret, openDataFolder } from "./data-folder.ts";

const root = await mkdtemp(join(tmpdir(), "dialogue-folder-"));
afterAll(() => rm(root, { recursive: true }));

const isRoot = process.getuid?.() === 0;

it("makes the folder and those above it", async () => {
  await openDataFolder(join(root, "a", "b"));
  expect((await stat(join(root, "a", "b"))).isDirectory()).toBe(true);
});

it("refuses a file in the folder's place", async () => {
  await writeFile(join(root, "file"), "");
  await expect(openDataFolder(join(root, "file"))).rejects.toThrow(`cannot use data folder ${root}/file: it is a file`);
  await expect(openDataFolder(join(root, "file", "x"))).rejects.toThrow("a part of its path is a file");
});

it("refuses a folder that it cannot write", async ({ skip }) => {
  skip(isRoot, "runs as root, who may write everywhere");
  await openDataFolder(join(root, "closed"));
  await chmod(join(root, "closed"), 0o500);
  await expect(openDataFolder(join(root, "closed"))).rejects.toThrow("it is not writable");
});

it("keeps one secret, for its owner's eyes", async () => {
  const secret = await keptSecret(root);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(await keptSecret(root)).toBe(secret);
  expect((await stat(join(root, "secret"))).mode & 0o777).toBe(0o600);
});

it("makes one secret for callers at the same moment", async () => {
  const folder = join(root, "busy");
  await openDataFolder(folder);
  const secrets = await Promise.all(Array.from({ length: 8 }, () => keptSecret(folder)));
  expect(new Set(secrets).size).toBe(1);
});

it("refuses a secret that was cut short", async () => {
  const folder = join(root, "cut");
  await openDataFolder(folder);
  await writeFile(join(folder, "secret"), "abc");
  await expect(keptSecret(folder)).rejects.toThrow("it holds fewer than 32 characters");
});
