import { DialogueError, type Envelope, type EventDefinition } from "@dialogue/events";
import { type Consumer, type ConsumerOptions, createConsumer } from "./consumer.ts";

/** The durable consumers of a node. */
export interface Consumers {
  /**
   * Throws INVALID_REQUEST for an ephemeral event: there is no log to read it from; and while another of that name reads
   * the room on this node: the two would share one place.
   */
  consume(name: string, roomId: string, event: EventDefinition, handle: (event: Envelope) => unknown): () => void;
  start(): void;
  /** Resolves when what was in hand has ended. */
  stop(): Promise<void>;
}

export function createConsumers(options: ConsumerOptions): Consumers {
  const consumers = new Map<string, Consumer>();
  let isStarted = false;

  return {
    consume(name, roomId, event, handle) {
      const key = JSON.stringify([name, roomId]);
      const refuse = (why: string): never => {
        throw new DialogueError("INVALID_REQUEST", `cannot consume ${event.name} of room ${roomId}: ${why}`);
      };
      if (event.delivery === "ephemeral") refuse("it is ephemeral");
      if (consumers.has(key)) refuse(`a consumer ${name} of that room runs already`);
      const consumer = createConsumer(options, { name, roomId, event: event.name, handle });
      consumers.set(key, consumer);
      if (isStarted) consumer.start();
      return () => {
        if (consumers.get(key) !== consumer) return;
        consumers.delete(key);
        consumer.stop().catch((error: unknown) => options.report(error, `stop consumer ${name}`));
      };
    },
    start() {
      isStarted = true;
      for (const consumer of consumers.values()) consumer.start();
    },
    async stop() {
      isStarted = false;
      await Promise.all([...consumers.values()].map((consumer) => consumer.stop()));
    },
  };
}
