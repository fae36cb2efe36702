declare module "gifenc" {
  type Color = readonly number[];

  interface FrameOptions {
    readonly palette: readonly Color[];
    readonly delay: number;
    readonly transparent: boolean;
    readonly transparentIndex: number;
    readonly dispose: number;
  }

  interface Encoder {
    writeFrame(indexed: Uint8Array, width: number, height: number, options: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  }

  const gifenc: {
    GIFEncoder(): Encoder;
    quantize(data: Uint8Array, colors: number): readonly Color[];
    applyPalette(data: Uint8Array, palette: readonly Color[]): Uint8Array;
  };
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default gifenc;
}
