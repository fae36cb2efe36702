import "./dom.ts";

import { createDialogueClient } from "@dialogue/client";
import type { HistoryPage } from "@dialogue/events";
import { act, waitFor } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, expect, test } from "vitest";
import { clientOf, endAll, hooks, say, serve, type TestDialogue, turns, wordsOf } from "./harness.tsx";

afterEach(endAll);

const { DialogueProvider, useMessages, useRoom, useRooms, useTyping, usePresence, useConnection, useUnread } = hooks;

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

interface PageProps {
  readonly client: ReturnType<typeof createDialogueClient<TestDialogue>>;
  readonly initial?: HistoryPage | undefined;
  readonly drawn?: string[];
}

function Page({ client, initial, drawn }: PageProps) {
  return (
    <DialogueProvider client={client} lingerMs={0}>
      <List initial={initial} drawn={drawn} />
    </DialogueProvider>
  );
}

function List({ initial, drawn }: Pick<PageProps, "initial"> & { readonly drawn: string[] | undefined }) {
  const { messages, status } = useMessages("general", initial ? { initial } : {});
  const words = `${status}: ${wordsOf(messages).join(" ")}`;
  if (drawn?.at(-1) !== words) drawn?.push(words);
  return <p>{words}</p>;
}

/** As the server draws it: its client never connects. */
function drawn(dialogue: TestDialogue, initial?: HistoryPage): string {
  const client = createDialogueClient<TestDialogue>({ url: dialogue.url, auth: { token: "none" } });
  return renderToString(<Page client={client} initial={initial} />);
}

/** What the browser gets. */
function sent<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

async function hydrate(html: string, props: PageProps) {
  const container = document.createElement("div");
  container.innerHTML = html;
  const errors: unknown[] = [];
  const root = await act(async () =>
    hydrateRoot(container, <Page {...props} />, { onRecoverableError: (error) => void errors.push(error) }),
  );
  return { container, errors, end: () => act(() => root.unmount()) };
}

function All() {
  const told = [useRoom("general").status, useRooms().status, useConnection().state, useMessages("plans").status];
  return [...told, useTyping("general").length, usePresence("general").length, useUnread("general", 0).count].join();
}

test("every hook renders on a server, which connects nothing", async () => {
  const dialogue = await serve();
  const client = createDialogueClient<TestDialogue>({ url: dialogue.url, auth: { token: "none" } });
  const html = renderToString(
    <DialogueProvider client={client}>
      <All />
    </DialogueProvider>,
  );
  expect(html).toBe("joining,loading,disconnected,loading,0,0,0");
  await turns(5);
  expect(client.state).toBe("disconnected");
});

test("a rendered page goes on from its end, without a gap, a repeat or a flash", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 30));
  const initial = await dialogue.history("general", { limit: 10 });
  const html = drawn(dialogue, initial);
  expect(html).toBe(`<p>ready: ${numbers(21, 30).join(" ")}</p>`);
  // More than the room replays by itself.
  await say(dialogue, ...numbers(31, 42));
  const ada = await clientOf(dialogue, "ada");
  const drawnThere: string[] = [];
  const { container, errors, end } = await hydrate(html, {
    client: ada.client,
    initial: sent(initial),
    drawn: drawnThere,
  });
  await waitFor(() => expect(container.textContent).toBe(`ready: ${numbers(21, 42).join(" ")}`));
  await say(dialogue, "43");
  await waitFor(() => expect(container.textContent).toBe(`ready: ${numbers(21, 43).join(" ")}`));
  expect(drawnThere).toEqual([30, 42, 43].map((last) => `ready: ${numbers(21, last).join(" ")}`));
  expect(errors).toEqual([]);
  expect(ada.inputs("messages")).toEqual([{ roomId: "general", cursor: initial.end }]);
  expect(ada.calls).not.toContain("history");
  await end();
});

test("a page that is given when the room is joined already is filled up to what comes live", async () => {
  const dialogue = await serve();
  await say(dialogue, ...numbers(1, 10));
  const initial = await dialogue.history("general", { limit: 5 });
  await say(dialogue, ...numbers(11, 90));
  const ada = await clientOf(dialogue, "ada");
  await ada.client.connect();
  await ada.client.join("general");
  await turns(3);
  const { container, end } = await hydrate(drawn(dialogue, initial), { client: ada.client, initial: sent(initial) });
  await waitFor(() => expect(container.textContent).toBe(`ready: ${numbers(6, 90).join(" ")}`));
  await say(dialogue, "91");
  await waitFor(() => expect(container.textContent).toBe(`ready: ${numbers(6, 91).join(" ")}`));
  await end();
});

test("a page of a log that is gone gives way to what the log holds", async () => {
  const other = await serve();
  await say(other, ...numbers(1, 10));
  const initial = await other.history("general", { limit: 5 });
  const dialogue = await serve();
  await say(dialogue, "new");
  const ada = await clientOf(dialogue, "ada");
  const { container, end } = await hydrate(drawn(other, initial), { client: ada.client, initial: sent(initial) });
  await waitFor(() => expect(container.textContent).toBe("ready: new"));
  await end();
});

test("an empty room is drawn as empty, not as loading", async () => {
  const dialogue = await serve();
  const initial = await dialogue.history("general");
  const html = drawn(dialogue, initial);
  const ada = await clientOf(dialogue, "ada");
  const drawnThere: string[] = [];
  const { container, end } = await hydrate(html, { client: ada.client, initial: sent(initial), drawn: drawnThere });
  await waitFor(() => expect(ada.calls).toContain("messages"));
  await say(dialogue, "1");
  await waitFor(() => expect(container.textContent).toBe("ready: 1"));
  expect(drawnThere).toEqual(["ready: ", "ready: 1"]);
  await end();
});

test("what one request renders does not show in another's", async () => {
  const dialogue = await serve();
  await say(dialogue, "secret");
  const client = createDialogueClient<TestDialogue>({ url: dialogue.url, auth: { token: "none" } });
  renderToString(<Page client={client} initial={await dialogue.history("general")} />);
  expect(renderToString(<Page client={client} />)).toBe("<p>loading: </p>");
});
