import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { OpenBrowser, Picture } from "./camera.ts";
import { differenceOf, keptPicture } from "./comparison.ts";

const typeface = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

/**
 * How this machine's browser draws letters, without anything of the page. Where that is not as in the kept picture of
 * it, no picture of the page can be compared with the kept ones.
 */
export async function takeLetters(open: OpenBrowser): Promise<Picture> {
  const web = createRequire(new URL("../../../web/package.json", import.meta.url));
  const font = (await readFile(web.resolve(typeface))).toString("base64");
  const context = await open({ viewport: { width: 480, height: 120 } });
  const page = await context.newPage();
  await page.setContent(`
    <style>
      @font-face { font-family: probe; font-weight: 100 900; src: url(data:font/woff2;base64,${font}) }
      body { margin: 8px; font: 15px/23px probe }
      b { font-size: 13px; font-weight: 600 }
    </style>
    <p>Hamburgefonstiv, and jumps over the lazy dog: 0123456789 (you) “…”</p>
    <b>Quick brown Fox · Online 4</b>`);
  await page.evaluate(async () => void (await document.fonts.ready));
  const png = await page.screenshot();
  await context.close();
  return { name: "letters", png };
}

/** Whether letters look here as in the kept pictures. */
export async function areLettersTheSame({ name, png }: Picture): Promise<boolean> {
  return differenceOf(await keptPicture(name), png).part < 0.001;
}
