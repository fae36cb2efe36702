import { DialogueError, type Envelope, type EventDefinition } from "@dialogue/events";
import { type Consumer, type ConsumerOptions, createConsumer } from "./consumer.ts";

/** The durable consumers of a node. */
export interface Consumers {
  /** Throws INVALID_REQUEST for an ephemeral event: there is no log to read it from. */
  consume(name: string, roomId: string, event: EventDefinition, handle: (event: Envelope) => unknown): () => void;
  start(): void;
  /** Resolves when what was in hand has ended. */
  stop(): Promise<void>;
}

export function createConsumers(options: ConsumerOptions): Consumers {
  const consumers = new Set<Consumer>();
  let isStarted = false;

  return {
    consume(name, roomId, event, handle) {
      if (event.delivery === "ephemeral")
        throw new DialogueError("INVALID_REQUEST", `cannot consume ${event.name}: it is ephemeral`);
      const consumer = createConsumer(options, { name, roomId, event: event.name, handle });
      consumers.add(consumer);
      if (isStarted) consumer.start();
      return () => {
        if (!consumers.delete(consumer)) return;
        consumer.stop().catch((error: unknown) => options.report(error, `stop consumer ${name}`));
      };
    },
    start() {
      isStarted = true;
      for (const consumer of consumers) consumer.start();
    },
    async stop() {
      isStarted = false;
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
    },
  };
}
