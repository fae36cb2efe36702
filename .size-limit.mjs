import { readFileSync } from "node:fs";

const dist = "apps/web/dist";

// What the page names, not what lies in the folder: a build that comes from the cache leaves older files beside it.
const scripts = readFileSync(`${dist}/index.html`, "utf8").matchAll(/(?:src|href)="([^"]+\.js)"/g);

export default [
  {
    name: "what a browser loads of scripts before the page shows anything",
    path: Array.from(scripts, ([, path]) => `${dist}${path}`),
    gzip: true,
    limit: "150 kB",
  },
];
