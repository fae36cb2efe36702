import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import type { Picture } from "./camera.ts";

/** Where the pictures of the documentation are. */
export const kept = fileURLToPath(new URL("../../../../docs/screenshots/", import.meta.url));

/** Where those are put that look different now. */
export const differing = fileURLToPath(new URL("../../test-results/", import.meta.url));

/** How much of a picture may differ. */
const tolerance = 0.002;

/** A picture beside the kept one of its name. */
export interface Compared {
  readonly name: string;
  readonly isSame: boolean;
  /** The part of the pixels that differ, 0 to 1; 1 where there is none of that name and size. */
  readonly part: number;
}

/** Compares a picture with the kept one; what looks different is put beside a picture that shows where. */
export async function compareWithKept({ name, png }: Picture): Promise<Compared> {
  const { part, shown } = differenceOf(await keptPicture(name), png);
  const isSame = part <= tolerance;
  if (!isSame) {
    await mkdir(differing, { recursive: true });
    await writeFile(join(differing, `${name}.png`), png);
    if (shown) await writeFile(join(differing, `${name}.difference.png`), shown);
  }
  return { name, isSame, part };
}

/** The kept picture of that name; undefined where there is none. */
export async function keptPicture(name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(join(kept, `${name}.png`));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** How two pictures differ. */
export function differenceOf(
  one: Buffer | undefined,
  other: Buffer,
): { readonly part: number; readonly shown?: Buffer } {
  if (one === undefined) return { part: 1 };
  const [a, b] = [PNG.sync.read(one), PNG.sync.read(other)];
  const { width, height } = a;
  if (width !== b.width || height !== b.height) return { part: 1 };
  const shown = new PNG({ width, height });
  const count = pixelmatch(a.data, b.data, shown.data, width, height, { threshold: 0.2 });
  return { part: count / (width * height), shown: PNG.sync.write(shown) };
}
