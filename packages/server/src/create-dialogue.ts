import { hash, randomUUID } from "node:crypto";
import {
  type Clock,
  type Core,
  createCore,
  type Log,
  type Logger,
  memoryBackplane,
  memoryLog,
  memoryPresenceStore,
  type Report,
  type User,
} from "@dialogue/core";
import { defaultLimits, type EventDefinition, type Limits, type RoomEvents, reportFloating } from "@dialogue/events";
import { createClients } from "./clients.ts";
import type { DialogueConfig } from "./config.ts";
import { createContextFactory } from "./context.ts";
import type { Dialogue, TransactionOf, WithExtra } from "./dialogue.ts";
import { createOrigins } from "./http/origins.ts";
import { createIdentify } from "./identity.ts";
import { createLifecycle } from "./lifecycle.ts";
import { createLinks } from "./links.ts";
import { createReport } from "./report.ts";
import { createRoomHands } from "./room-hands.ts";
import { createErrorFormatter } from "./router/error-formatter.ts";
import { createFaults } from "./router/faults.ts";
import { createRouter } from "./router/router.ts";
import { createServing } from "./serving.ts";
import { peerAddress } from "./sockets/client-address.ts";
import { stderrLogger } from "./stderr-logger.ts";
import { systemClock } from "./system-clock.ts";
import { createTokens, type TokenLife, type TokenUser } from "./tokens.ts";

const dayMs = 24 * 60 * 60 * 1000;

type AnyConfig = DialogueConfig<RoomEvents, readonly EventDefinition[]>;

/**
 * Makes a chat of rooms and their events. Nothing listens before `start` or `attach`. Throws INVALID_REQUEST for a
 * configuration that cannot work.
 */
export function createDialogue<
  const Rooms extends RoomEvents,
  const Extra extends readonly EventDefinition[] = readonly [],
  Kept extends Log = Log,
>(config: DialogueConfig<Rooms, Extra, Kept>): Dialogue<WithExtra<Rooms, Extra>, TransactionOf<Kept>> {
  // Core and the log hold events by name; that an event's data is of its type is what core's parsing sees to.
  return createDialogueAt(systemClock, config as AnyConfig) as unknown as Dialogue<
    WithExtra<Rooms, Extra>,
    TransactionOf<Kept>
  >;
}

/** The same by a given clock. */
export function createDialogueAt(clock: Clock, config: AnyConfig) {
  const limits: Limits = { ...defaultLimits, ...config.limits };
  const logger = config.logger ?? stderrLogger;
  const report = createReport(logger, config.onError);
  const faults = createFaults({ newId: randomUUID, report });
  const core = createCoreOf(config, { clock, limits, logger, report });
  const tokens = createTokens({
    secret: config.secret,
    maxAgeMs: config.tokenMaxAgeMs ?? dayMs,
    now: () => clock.now(),
  });
  const origins = createOrigins(config.cors);
  const identify = createIdentify({
    authenticate: config.authenticate ?? tokens.authenticate,
    origins,
    limits,
    clock,
    logRefusal: (error) => logger.debug({ err: error }, "a token was refused"),
  });
  const verified = new WeakMap<object, User>();
  const links = createLinks(core);
  const lifecycle = createLifecycle(core, () => warnOfDefaults(config, logger));
  const { ready } = lifecycle;
  const createContext = createContextFactory({ core, links, identify, faults, verified, ready });
  const errorFormatter = createErrorFormatter(faults);
  const router = createRouter({ core, events: eventsOf(config), limits, faults, errorFormatter });
  const serving = createServing({
    config,
    router,
    createContext,
    origins,
    identify,
    verified,
    links,
    lifecycle,
    limits,
    faults,
    clock,
    report,
    logger,
    clientAddress: config.clientAddress ?? peerAddress,
  });

  return {
    router,
    createContext,
    errorFormatter,
    ...createRoomHands(core, report),
    ...createClients(core, report),
    issueToken: (user: TokenUser, life?: TokenLife) =>
      reportFloating(tokens.issue(user, life), (error) => report(error, "issue a token")),
    start: serving.start,
    stop: serving.stop,
    attach: serving.attach,
    handler: serving.handler,
    get port() {
      return serving.port;
    },
    get url() {
      return serving.url;
    },
  } satisfies Record<Exclude<keyof Dialogue<RoomEvents>, "$rooms">, unknown>;
}

function createCoreOf(
  config: AnyConfig,
  parts: { readonly clock: Clock; readonly limits: Limits; readonly logger: Logger; readonly report: Report },
): Core {
  const { rooms, events, hooks, can } = config;
  const { clock } = parts;
  const random = () => Math.random();
  return createCore({
    ...parts,
    rooms,
    ...(events ? { events } : {}),
    ...(hooks ? { hooks } : {}),
    ...(can ? { can } : {}),
    log: config.log ?? memoryLog({ clock, random }),
    backplane: config.backplane ?? memoryBackplane(),
    presence: config.presence ?? memoryPresenceStore({ clock }),
    newId: randomUUID,
    random,
    // The log holds what was hashed so: of other bytes, whoever sends again across an upgrade would meet a CONFLICT.
    sha256: (text) => hash("sha256", Buffer.from(text, "utf16le").swap16()),
  });
}

/** Every event of the application by name: what a client that makes a room may choose from. */
function eventsOf({ rooms, events = [] }: AnyConfig): ReadonlyMap<string, EventDefinition> {
  const all = [...events, ...Object.values(rooms).flatMap((room) => room.events)];
  return new Map(all.map((event) => [event.name, event]));
}

function warnOfDefaults(config: AnyConfig, logger: Logger): void {
  if (!config.log) logger.warn({}, "no `log` given: what is said is kept in memory and ends with this process");
  if (!config.secret && !config.authenticate)
    logger.warn({}, "no `secret` given: tokens are signed with a key that ends with this process");
}
