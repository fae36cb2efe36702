import { afterAll, beforeAll, type TestContext } from "vitest";
import { type EmbeddedServer, startEmbeddedServer } from "./embedded-server.ts";

/**
 * A PostgreSQL of this test file's own, that it may stop and whose connections it may end. Skips the test that asks for it where
 * the platform has no binaries of it; with DIALOGUE_REQUIRE_SERVICES=1 their want is a failure.
 */
export function ownServer(): (skip: TestContext["skip"]) => EmbeddedServer {
  let started: EmbeddedServer | { readonly missing: string } = { missing: "not started" };

  beforeAll(async () => {
    try {
      started = await startEmbeddedServer();
    } catch (error) {
      if (process.env.DIALOGUE_REQUIRE_SERVICES === "1") throw error;
      started = { missing: error instanceof Error ? error.message : String(error) };
    }
  });
  afterAll(async () => {
    if ("stop" in started) await started.stop();
  });

  return (skip) => ("missing" in started ? skip(`needs PostgreSQL's binaries: ${started.missing}`) : started);
}
