import gifenc from "gifenc";
import { PNG } from "pngjs";

const gap = 8;
const gapColor = [120, 120, 135, 255] as const;

/** One picture of the animation, and how long it stands, in milliseconds. */
export interface Frame {
  readonly left: Buffer;
  readonly right: Buffer;
  readonly ms: number;
}

/** A GIF of two windows side by side. A frame holds only what has changed since the one before. */
export function animate(frames: readonly Frame[]): Buffer {
  const gif = gifenc.GIFEncoder();
  const pictures = frames.map(({ left, right, ms }) => ({
    ...sideBySide(PNG.sync.read(left), PNG.sync.read(right)),
    ms,
  }));
  const all = Buffer.concat(pictures.map(({ data }) => data).filter((_, at) => at % 6 === 0));
  const palette = gifenc.quantize(all, 255);
  const transparentIndex = palette.length;
  let before: Uint8Array | undefined;
  for (const { data, width, height, ms } of pictures) {
    const indexed = gifenc.applyPalette(data, palette);
    const changed = before ? indexed.map((color, at) => (color === before?.[at] ? transparentIndex : color)) : indexed;
    before = indexed;
    const colors = [...palette, [0, 0, 0]];
    gif.writeFrame(changed, width, height, {
      palette: colors,
      delay: ms,
      transparent: true,
      transparentIndex,
      dispose: 1,
    });
  }
  gif.finish();
  return Buffer.from(gif.bytes());
}

function sideBySide(left: PNG, right: PNG): { readonly data: Buffer; readonly width: number; readonly height: number } {
  const { height } = left;
  const both = new PNG({ width: left.width + gap + right.width, height });
  for (let at = 0; at < both.data.length; at += 4) both.data.set(gapColor, at);
  PNG.bitblt(left, both, 0, 0, left.width, height, 0, 0);
  PNG.bitblt(right, both, 0, 0, right.width, height, left.width + gap, 0);
  return { data: both.data, width: both.width, height };
}
