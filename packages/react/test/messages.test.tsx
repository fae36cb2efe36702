import "./dom.ts";

import { DialogueError, Message } from "@dialogue/events";
import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import { memo, StrictMode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import type { RoomMessage } from "../src/index.ts";
import { clientOf, endAll, hooks, inside, say, serve, turns, wordsOf } from "./harness.tsx";

afterEach(endAll);

const { useMessages, useTrigger, useUnread, useConnection } = hooks;

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

test("pages and live events are one list without a repeat or a hole", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 30));
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general", { pageSize: 10 }), { wrapper: inside(ada.client) });
  expect(result.current.status).toBe("loading");
  await waitFor(() => expect(result.current.status).toBe("ready"));
  expect(wordsOf(result.current.messages)).toEqual(numbers(16, 30));
  await act(() => say(dialogue, "31"));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(16, 31)));
  const kept = result.current.messages[0];
  await act(async () => void (await Promise.all([say(dialogue, "32"), result.current.loadOlder()])));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(6, 32)));
  expect(result.current.messages[10]).toBe(kept);
  expect(result.current.hasOlder).toBe(true);
  await act(() => result.current.loadOlder());
  expect(wordsOf(result.current.messages)).toEqual(numbers(1, 32));
  expect([result.current.hasOlder, result.current.head]).toEqual([false, 32]);
});

test("what the room replays is the first page where it is long enough", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 30));
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general", { pageSize: 5 }), { wrapper: inside(ada.client) });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  expect(wordsOf(result.current.messages)).toEqual(numbers(26, 30));
  expect(ada.calls).not.toContain("history");
});

test("a list of chosen events holds those alone, whatever the room subscribes to", async () => {
  const dialogue = await serve();
  await dialogue.trigger("plain", Message, { text: "before", senderId: "bob" }, "bob");
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("plain", { events: ["message"] }), { wrapper: inside(ada.client) });
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["before"]));
  await act(() => dialogue.trigger("plain", Message, { text: "live", senderId: "bob" }, "bob"));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["before", "live"]));
});

const rendered: string[] = [];

const Row = memo(({ message }: { readonly message: RoomMessage }) => {
  rendered.push(...wordsOf([message]));
  return <li>{wordsOf([message])}</li>;
});

function List() {
  return useMessages("general").messages.map((message) => <Row key={message.id} message={message} />);
}

test("one new message renders one row", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 20));
  const ada = await clientOf(dialogue, "ada");
  render(<List />, { wrapper: inside(ada.client) });
  await screen.findByText("20");
  rendered.length = 0;
  await say(dialogue, "21");
  await screen.findByText("21");
  expect(rendered).toEqual(["21"]);
});

test("a message of one's own shows at once, and is the same row when the log has it", async () => {
  const dialogue = await serve();
  await say(dialogue, "1");
  const ada = await clientOf(dialogue, "ada");
  const seen: string[][] = [];
  const { result } = renderHook(
    () => {
      const { messages } = useMessages("general");
      seen.push(wordsOf(messages));
      return { messages, trigger: useTrigger("general") };
    },
    { wrapper: inside(ada.client) },
  );
  await waitFor(() => expect(result.current.messages).toHaveLength(1));
  const { trigger } = result.current;
  await act(() => trigger("message", { text: "mine", senderId: "ada" }));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["1", "mine"]));
  expect(result.current.trigger).toBe(trigger);
  expect(seen.map((words) => words.join()).filter((words, at, all) => words !== all[at - 1])).toEqual([
    "",
    "1",
    "1,mine (pending)",
    "1,mine",
  ]);
  expect((await dialogue.history("general")).events.map(({ id }) => id)).toEqual(
    result.current.messages.map(({ id }) => id),
  );
});

test("what is triggered before the room is joined is sent in order once it is", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => ({ ...useMessages("general"), trigger: useTrigger("general") }), {
    wrapper: inside(ada.client),
  });
  act(() => {
    for (const text of numbers(1, 5)) void result.current.trigger("message", { text, senderId: "ada" });
  });
  expect(wordsOf(result.current.messages)).toEqual(numbers(1, 5).map((text) => `${text} (pending)`));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(1, 5)));
});

test("a refused message stays as failed, retry sends it under its id, and there is one event", async () => {
  let isRefusing = true;
  const dialogue = await serve({
    hooks: {
      events: {
        beforeEach: (context) => {
          if (isRefusing) throw new DialogueError("PERMISSION_DENIED", "cannot post: not now");
          return context;
        },
      },
    },
  } as Parameters<typeof serve>[0]);
  const ada = await clientOf(dialogue, "ada");
  const errors: unknown[] = [];
  ada.client.onError((error) => void errors.push(error));
  const { result } = renderHook(() => ({ ...useMessages("general"), trigger: useTrigger("general") }), {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  act(() => void result.current.trigger("message", { text: "mine", senderId: "ada" }));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine (failed)"]));
  const [failed] = result.current.messages;
  expect(failed).toMatchObject({ status: "failed", error: { code: "PERMISSION_DENIED" } });
  act(() => result.current.retry(failed?.id ?? ""));
  expect(wordsOf(result.current.messages)).toEqual(["mine (pending)"]);
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine (failed)"]));
  isRefusing = false;
  act(() => result.current.retry(failed?.id ?? ""));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine"]));
  expect(result.current.messages[0]?.id).toBe(failed?.id);
  expect((await dialogue.history("general")).events).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("a failure that no list can show is not swallowed", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const told: unknown[] = [];
  const kept = vi.spyOn(console, "error").mockImplementation((error) => void told.push(Object(error).code));
  const { result } = renderHook(() => useTrigger("general"), { wrapper: inside(ada.client) });
  const id = crypto.randomUUID();
  const hello = { text: "hello", senderId: "ada" };
  act(() => {
    // Before the room is joined: nobody else is there to tell.
    void result.current("typing", { isTyping: "yes" } as never);
    void result.current("message", { ...hello, text: 1n } as never);
    void result.current("message", hello, { id });
    void result.current("message", hello, { id });
    void result.current("message", { ...hello, text: "other" }, { id });
  });
  await waitFor(() => expect(told.sort()).toEqual(["CONFLICT", "VALIDATION_FAILED", "VALIDATION_FAILED"]));
  void result.current("message", { ...hello, text: "" });
  await expect(result.current("message", { ...hello, text: "" })).rejects.toThrow(DialogueError);
  await turns(5);
  expect(told).toHaveLength(3);
  kept.mockRestore();
});

test("a failed message can be discarded, and outlives its list until then", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const wrapper = inside(ada.client);
  const use = () => ({ ...useMessages("general"), trigger: useTrigger("general") });
  const first = renderHook(use, { wrapper });
  await waitFor(() => expect(first.result.current.status).toBe("ready"));
  act(() => void first.result.current.trigger("message", { text: "", senderId: "ada" }));
  await waitFor(() => expect(first.result.current.messages[0]?.status).toBe("failed"));
  first.unmount();
  await waitFor(() => expect(ada.calls).toContain("rooms.leave"));
  const { result } = renderHook(use, { wrapper });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  expect(result.current.messages.map(({ status }) => status)).toEqual(["failed"]);
  act(() => result.current.discard(result.current.messages[0]?.id ?? ""));
  expect(result.current.messages).toEqual([]);
});

test("a message whose answer was lost is one event, and one row", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => ({ ...useMessages("general"), trigger: useTrigger("general") }), {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  let accepted = 0;
  dialogue.on("general", Message, () => {
    accepted++;
    ada.setOffline(true);
  });
  act(() => void result.current.trigger("message", { text: "mine", senderId: "ada" }));
  await waitFor(() => expect(accepted).toBe(1));
  ada.setOffline(false);
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine"]));
  await turns(20);
  expect(wordsOf(result.current.messages)).toEqual(["mine"]);
  expect((await dialogue.history("general")).events).toHaveLength(1);
});

test("a failed message that has reached the log after all becomes that event, without a retry", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada", { triggerMs: 1_000 });
  const { result } = renderHook(() => ({ ...useMessages("general"), trigger: useTrigger("general") }), {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  dialogue.on("general", Message, () => ada.setOffline(true));
  act(() => void result.current.trigger("message", { text: "mine", senderId: "ada" }));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine (failed)"]));
  act(() => ada.setOffline(false));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine"]));
});

test("a message that could not be sent in time fails, and the connection's return brings what was missed", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada", { triggerMs: 1_000 });
  const { result } = renderHook(
    () => ({ ...useMessages("general"), trigger: useTrigger("general"), connection: useConnection() }),
    { wrapper: inside(ada.client) },
  );
  await waitFor(() => expect(result.current.status).toBe("ready"));
  act(() => ada.setOffline(true));
  await waitFor(() => expect(result.current.connection.state).toBe("connecting"));
  act(() => void result.current.trigger("message", { text: "mine", senderId: "ada" }));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["mine (failed)"]));
  await say(dialogue, ...numbers(1, 3));
  act(() => ada.setOffline(false));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["1", "2", "3", "mine (failed)"]));
  act(() => result.current.retry(result.current.messages.at(-1)?.id ?? ""));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["1", "2", "3", "mine"]));
});

test("after a disconnect and another connect the list goes on from where it was", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 3));
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general"), { wrapper: inside(ada.client) });
  await waitFor(() => expect(result.current.messages).toHaveLength(3));
  const [first] = result.current.messages;
  await act(() => ada.client.disconnect());
  await waitFor(() => expect(result.current.status).toBe("failed"));
  expect(result.current.messages).toHaveLength(3);
  await say(dialogue, ...numbers(4, 20));
  act(() => result.current.reload());
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(1, 20)));
  expect(result.current).toMatchObject({ status: "ready", error: undefined });
  expect(result.current.messages[0]).toBe(first);
  expect(ada.inputs("messages").at(-1)).toHaveProperty("cursor");
});

test("a reset shows what the log holds now, and goes on live", async () => {
  const first = await serve();
  await say(first, ...numbers(1, 3));
  const ada = await clientOf(first, "ada");
  const { result } = renderHook(() => useMessages("general"), { wrapper: inside(ada.client) });
  await waitFor(() => expect(result.current.messages).toHaveLength(3));
  ada.setOffline(true);
  const port = Number(new URL(first.url).port);
  await first.stop();
  const second = await serve({ port } as Parameters<typeof serve>[0]);
  await say(second, "other");
  act(() => ada.setOffline(false));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["other"]));
  await say(second, "live");
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["other", "live"]));
  expect(result.current.status).toBe("ready");
});

test("a message that is redacted leaves an open list at once, also out of a page that is on its way", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 20));
  const { events } = await dialogue.history("general", { limit: 20 });
  const idOf = (seq: number) => events[seq - 1]?.id ?? "";
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general", { pageSize: 5 }), { wrapper: inside(ada.client) });
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(16, 20)));
  const kept = result.current.messages[0];
  await act(async () => void (await dialogue.redact("general", idOf(18))));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(["16", "17", "19", "20"]));
  expect(result.current.messages[0]).toBe(kept);
  await act(() => Promise.all([result.current.loadOlder(), dialogue.redact("general", idOf(13))]));
  await waitFor(() =>
    expect(wordsOf(result.current.messages)).toEqual(["11", "12", "14", "15", "16", "17", "19", "20"]),
  );
  await act(() => say(dialogue, "21"));
  await waitFor(() => expect(wordsOf(result.current.messages).at(-1)).toBe("21"));
});

test("a full list lets the other end go and gets it back", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 60));
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general", { pageSize: 10, keep: 20 }), {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  await act(() => say(dialogue, ...numbers(61, 80)));
  // A page of the oldest goes at once.
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(68, 80)));
  act(() => result.current.follow(false));
  await act(() => say(dialogue, ...numbers(81, 88)));
  await waitFor(() => expect(result.current.hasNewer).toBe(true));
  expect(wordsOf(result.current.messages)).toEqual(numbers(68, 87));
  await act(() => result.current.loadOlder());
  expect(wordsOf(result.current.messages)).toEqual(numbers(58, 77));
  await act(() => say(dialogue, "89"));
  await act(() => result.current.loadNewer());
  await act(async () => void (await Promise.all([say(dialogue, "90"), result.current.loadNewer()])));
  act(() => result.current.follow(true));
  while (result.current.hasNewer) await act(() => result.current.loadNewer());
  await waitFor(() => expect(wordsOf(result.current.messages).at(-1)).toBe("90"));
  const words = wordsOf(result.current.messages);
  expect(words).toEqual(numbers(91 - words.length, 90));
  expect(words.length).toBeLessThanOrEqual(20);
});

test("a list whose reader follows stays short, keeps what one scrolls back to, and is short again at the end", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 60));
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general", { pageSize: 10, keep: 100, keepAtEnd: 20 }), {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  await act(() => say(dialogue, ...numbers(61, 80)));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(68, 80)));
  expect(result.current).toMatchObject({ hasOlder: true, hasNewer: false });

  act(() => result.current.follow(false));
  for (let page = 0; page < 4; page++) await act(() => result.current.loadOlder());
  await act(() => say(dialogue, ...numbers(81, 90)));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(28, 90)));

  act(() => result.current.follow(true));
  await act(() => say(dialogue, "91"));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(82, 91)));
  await act(() => result.current.loadOlder());
  expect(wordsOf(result.current.messages)).toEqual(numbers(72, 91));
});

test("the list can be moved to an event and back to the end", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 60));
  const { id } = (await dialogue.history("general", { limit: 1, before: undefined } as object)).events[0] ?? { id: "" };
  const original = (await dialogue.history("general", { limit: 60 })).events[4]?.id ?? "";
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useMessages("general", { pageSize: 10 }), { wrapper: inside(ada.client) });
  await waitFor(() => expect(result.current.status).toBe("ready"));
  expect(await act(() => result.current.loadAround(id))).toBe(true);
  expect(result.current.hasNewer).toBe(false);
  expect(await act(() => result.current.loadAround(original))).toBe(true);
  expect(wordsOf(result.current.messages)).toEqual(numbers(1, 10));
  expect(result.current.hasNewer).toBe(true);
  await act(() => say(dialogue, "61"));
  await waitFor(() => expect(result.current.head).toBe(61));
  expect(await act(() => result.current.loadNewest())).toBe(true);
  expect(wordsOf(result.current.messages)).toEqual(numbers(52, 61));
  await act(() => say(dialogue, "62"));
  await waitFor(() => expect(wordsOf(result.current.messages)).toEqual(numbers(52, 62)));
  expect(await act(() => result.current.loadAround(crypto.randomUUID()))).toBe(false);
  expect(result.current).toMatchObject({ status: "ready", error: { code: "INVALID_REQUEST" } });
});

function Badge({ after }: { readonly after: number }) {
  const unread = useUnread("general", after);
  return <p>{`${unread.count}${unread.isMore ? "+" : ""}`}</p>;
}

function Count() {
  return <p>{useMessages("general").messages.length} messages</p>;
}

test("two components share one list, and unread counts read it", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 12));
  const ada = await clientOf(dialogue, "ada");
  const page = (after: number) => (
    <StrictMode>
      <Count />
      <Badge after={after} />
    </StrictMode>
  );
  const { rerender } = render(page(10), { wrapper: inside(ada.client) });
  await screen.findByText("12 messages");
  expect(screen.getByText("2")).toBeDefined();
  await say(dialogue, "13");
  await screen.findByText("3");
  rerender(page(13));
  await screen.findByText("0");
  expect(ada.calls.filter((call) => call === "history")).toHaveLength(1);
  expect(ada.calls.filter((call) => call === "messages")).toHaveLength(1);
});
