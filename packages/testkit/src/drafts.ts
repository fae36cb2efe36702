import type { Appended, Draft, StoredEvent } from "@dialogue/core";

/** A room id that no test has used, in this run or another. */
export function freshRoomId(): string {
  return `room-${randomHex(16)}`;
}

/** A new UUID; for tests only. */
export function freshId(): string {
  const hex = randomHex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}

/** A draft to append, under a new id unless told which. */
export function draftFor(roomId: string, facts: Partial<Draft> = {}): Draft {
  return {
    roomId,
    id: freshId(),
    event: "message",
    version: 1,
    data: { text: "hello" },
    from: "ada",
    hash: "a".repeat(64),
    ...facts,
  };
}

/** The event that was appended; throws when the answer is another. */
export function appendedEvent(answer: Appended | undefined): StoredEvent {
  if (answer?.status !== "appended")
    throw new Error(`expected an appended event, not ${answer?.status ?? "no answer"}`);
  return answer.event;
}

function randomHex(length: number): string {
  return Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");
}
