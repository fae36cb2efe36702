import { readdirSync, readFileSync, statSync } from "node:fs";
import { closeCodes, defaultLimits, errorCodes } from "@dialogue/events";
import { describe, expect, it } from "vitest";
import { trpcCodes } from "../packages/server/src/router/error-codes.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The TypeScript blocks of a page. */
const blocksOf = (page: string) =>
  [...page.matchAll(/```(?:ts|typescript)\n(.*?)```/gs)].map((match) => match[1] ?? "");

/** Lines without indentation, imports and blank lines: what must be the same wherever it stands. */
const linesOf = (code: string) =>
  code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("import "));

const pages = ["README.md", "docs/client.md", "docs/events.md", "docs/server.md"];
const sources = [
  "examples/quick-start/src/server.ts",
  "examples/quick-start/src/client.ts",
  "examples/extended-router/src/app.ts",
  "examples/shared-events/events/src/index.ts",
  "examples/shared-events/server/src/index.ts",
  "examples/shared-events/dashboard/src/dashboard.ts",
  "examples/evolving-events/src/index.ts",
  "examples/evolving-events/test/events-file.test.ts",
  "examples/chat/src/dialogue.config.ts",
  "examples/orders/src/orders.ts",
];

describe.each(pages)("the code in %s", (page) => {
  const wholes = sources.map((source) => linesOf(read(source)).join("\n"));

  it.each(blocksOf(read(page)))("stands in an example that is compiled and run:\n%s", (block) => {
    expect(wholes.some((whole) => whole.includes(linesOf(block).join("\n")))).toBe(true);
  });
});

describe("the chat application of the documentation", () => {
  const [configuration = "", client = ""] = blocksOf(read("docs/chat-application.md"));

  it("is the server example, line by line", () => {
    expect(linesOf(read("examples/chat/src/dialogue.config.ts"))).toEqual(linesOf(configuration));
  });

  it("is the client example, line by line, which exports it besides", () => {
    expect(linesOf(read("examples/chat/src/chat-client.ts"))).toEqual([
      ...linesOf(client),
      "export { createChatClient };",
    ]);
  });
});

it("names every limit with its default in docs/limits.md", () => {
  const page = read("docs/limits.md");
  for (const [name, value] of Object.entries(defaultLimits)) {
    const shown = typeof value === "number" ? value.toLocaleString("en") : `${value.perSecond}/s, burst ${value.burst}`;
    expect(page).toContain(`| \`${name}\` | ${shown} |`);
  }
});

it("names every error code with tRPC's name for it and its retry, and every close code, in docs/errors.md", () => {
  const page = read("docs/errors.md");
  const names = new Map<string, string>(Object.entries(trpcCodes));
  for (const [code, { retry }] of Object.entries(errorCodes))
    expect(page).toContain(`| \`${code}\` | \`${names.get(code)}\` | ${retry ? "yes" : "no"} |`);
  for (const code of Object.values(closeCodes)) expect(page).toContain(`| ${code} |`);
});

it("links to files that are there", () => {
  const documents = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    ...documentsIn("docs/"),
    ...documentsIn("docs/decisions/"),
  ];
  for (const document of documents) {
    const folder = document.includes("/") ? document.slice(0, document.lastIndexOf("/") + 1) : "";
    for (const [, target] of read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const path = new URL(`../${folder}${target}`, import.meta.url);
      expect(() => statSync(path), `${document} links to ${target}`).not.toThrow();
    }
  }
});

function documentsIn(folder: string): string[] {
  const names = readdirSync(new URL(`../${folder}`, import.meta.url));
  return names.filter((name) => name.endsWith(".md")).map((name) => folder + name);
}
