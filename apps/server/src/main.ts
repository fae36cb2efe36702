import type { Logger } from "pino";
import { startChatServer } from "./chat-server.ts";
import { keptSecret, openDataFolder } from "./data-folder.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { failureLine } from "./failure.ts";
import { takePort } from "./front-door.ts";
import { createLogger } from "./logger.ts";
import { openPorts } from "./ports.ts";
import { stopOnSignals } from "./shutdown.ts";

try {
  const environment = readEnvironment(process.env, process.cwd());
  await run(environment, createLogger(environment.logLevel, process.stdout, process.stdout.isTTY));
} catch (error) {
  process.stderr.write(failureLine(error), () => process.exit(1));
}

async function run(environment: Environment, logger: Logger): Promise<void> {
  reportFaults(logger);
  const { dataFolder, databaseUrl, port, host } = environment;
  if (databaseUrl === undefined || environment.secret === undefined) await openDataFolder(dataFolder);
  const secret = environment.secret ?? (await keptSecret(dataFolder));
  const door = await takePort(port, host);
  const ports = await openPorts(environment, (error, doing) => logger.warn({ err: error }, doing));
  const stop = await startChatServer({ door, ports, secret, logger }).catch(async (error: unknown) => {
    await ports.close();
    throw error;
  });
  stopOnSignals(
    process,
    async () => {
      await stop();
      await ports.close();
    },
    logger,
  );
  logger.info({ database: databaseUrl === undefined ? dataFolder : "PostgreSQL" }, "ready");
  console.log(`Dialogue is ready at ${door.url}`);
}

/** A fault that nobody caught is a bug: it is told, and only one that may have left things half done ends the process. */
function reportFaults(logger: Logger): void {
  process.on("unhandledRejection", (error) => logger.error({ err: error }, "a rejection went unhandled"));
  process.on("uncaughtException", (error) => {
    logger.error({ err: error }, "an exception went uncaught");
    process.exit(1);
  });
}
