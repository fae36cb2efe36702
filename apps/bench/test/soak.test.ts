import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("soaks for a moment: whatever faults there are, nobody misses anything and nothing is left over", async () => {
  const soak = fileURLToPath(new URL("../dist/soak.js", import.meta.url));
  const { code, said } = await new Promise<{ readonly code: unknown; readonly said: string }>((resolve) => {
    const args = [soak, "--minutes", "0.1", "--clients", "60"];
    execFile(process.execPath, args, (error, said) => resolve({ code: error?.code ?? 0, said }));
  });
  expect(said).toMatch(/seed \d+/);
  expect({ code, said }).toMatchObject({ code: 0 });
});
