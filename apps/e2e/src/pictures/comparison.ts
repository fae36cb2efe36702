import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

/** How much of a picture may differ: letters are drawn a little differently by each version of a browser. */
export const tolerance = 0.01;

/** How two pictures differ. */
export interface Difference {
  /** The part of the pixels that differ, 0 to 1; 1 for pictures of different sizes. */
  readonly part: number;
  /** Shows where; absent for pictures of different sizes. */
  readonly png?: Buffer;
}

export function compare(one: Buffer, other: Buffer): Difference {
  const [a, b] = [PNG.sync.read(one), PNG.sync.read(other)];
  const { width, height } = a;
  if (width !== b.width || height !== b.height) return { part: 1 };
  const shown = new PNG({ width, height });
  const count = pixelmatch(a.data, b.data, shown.data, width, height, { threshold: 0.2 });
  return { part: count / (width * height), png: PNG.sync.write(shown) };
}
