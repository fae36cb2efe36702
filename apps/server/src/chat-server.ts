import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { createChat } from "./dialogue.ts";
import type { FrontDoor } from "./front-door.ts";
import { readPageFiles } from "./page-files.ts";
import type { Ports } from "./ports.ts";
import { createSite } from "./site.ts";
import { createTokenBuckets } from "./token-buckets.ts";
import { createTokens } from "./tokens.ts";

/** What the server is made of. */
export interface ChatServerOptions {
  readonly door: FrontDoor;
  readonly ports: Ports;
  readonly secret: string;
  readonly logger: Logger;
}

/** How many people one address may sign in. */
const signInRate = { perSecond: 1, burst: 30 };

const pageFolder = fileURLToPath(new URL("../../web/dist", import.meta.url));

/**
 * Puts the chat, its page and its sign-in behind the door. Answers what stops them: it takes no more calls, ends every
 * session and connection, and leaves the ports open.
 */
export async function startChatServer(options: ChatServerOptions): Promise<() => Promise<void>> {
  const { door, ports, secret, logger } = options;
  const { server } = door;
  const tokens = createTokens(secret, Date.now);
  const dialogue = createChat({ ...ports, logger, tokens });
  const page = readPageFiles(pageFolder);
  if (page.count === 0) logger.warn({ pageFolder }, "the page is not built: only the API is served");

  let isReady = false;
  const buckets = createTokenBuckets(signInRate, () => performance.now());
  const signIn = { issue: tokens.issue, verify: tokens.verify, buckets, newId: randomUUID };
  door.open(createSite({ signIn, page, isReady: () => isReady, logger }));
  await dialogue.attach(server);
  isReady = true;

  return async () => {
    isReady = false;
    const closed = once(server, "close");
    server.close();
    await dialogue.stop();
    server.closeAllConnections();
    await closed;
  };
}
