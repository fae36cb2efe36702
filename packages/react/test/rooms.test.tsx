import "./dom.ts";

import { render, renderHook, screen, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, expect, test } from "vitest";
import { clientOf, endAll, hooks, inside, serve, turns } from "./harness.tsx";

afterEach(endAll);

const { useRoom, useMessages, useTyping, usePresence, useConnection, useTrigger, useRooms } = hooks;

function User() {
  return <p>{useRoom("general").status}</p>;
}

function Reader() {
  return <p>{useMessages("general", { events: ["message"] }).status}</p>;
}

function Writer() {
  useTrigger("general");
  return <p>{usePresence("general").length + useTyping("general").length} here</p>;
}

test("a room is joined once and followed once, in StrictMode and by several hooks", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  render(
    <StrictMode>
      <User />
      <Reader />
      <Writer />
    </StrictMode>,
    { wrapper: inside(ada.client) },
  );
  await screen.findByText("joined");
  await screen.findByText("ready");
  await screen.findByText("1 here");
  expect(ada.calls.toSorted()).toEqual(["connect", "messages", "presence", "rooms.join", "typing"].toSorted());
  expect(dialogue.getClients("ada").flatMap((client) => client.rooms())).toEqual(["general"]);
});

test("a room is left after its last user has gone, and not before", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const both = (isSecond: boolean, isFirst: boolean) => (
    <>
      {isFirst && <User />}
      {isSecond && <User />}
    </>
  );
  const { rerender } = render(both(true, true), { wrapper: inside(ada.client) });
  await waitFor(() => expect(screen.getAllByText("joined")).toHaveLength(2));
  rerender(both(true, false));
  await turns(20);
  expect(ada.calls).not.toContain("rooms.leave");
  rerender(both(false, false));
  await waitFor(() => expect(ada.calls).toContain("rooms.leave"));
  await waitFor(() => expect(dialogue.getClients("ada").flatMap((client) => client.rooms())).toEqual([]));
  expect(ada.client.getRoom("general")).toBeUndefined();
});

test("going away and coming back within the linger sends nothing", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const { rerender } = render(<User />, { wrapper: inside(ada.client, 60_000) });
  await screen.findByText("joined");
  for (let time = 0; time < 3; time++) {
    rerender(null);
    await turns(5);
    rerender(<User />);
    expect(screen.getByText("joined")).toBeDefined();
  }
  expect(ada.calls).toEqual(["connect", "rooms.join", "messages"]);
});

test("a component that gives way to another one in its place, as in a fast refresh, sends nothing", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const page = (version: number) => (
    <StrictMode>
      <User key={version} />
      <Writer key={-version} />
    </StrictMode>
  );
  const { rerender } = render(page(1), { wrapper: inside(ada.client) });
  await screen.findByText("1 here");
  const { length } = ada.calls;
  for (let version = 2; version < 5; version++) {
    rerender(page(version));
    await turns(5);
    expect(screen.getByText("joined")).toBeDefined();
    expect(screen.getByText("1 here")).toBeDefined();
  }
  expect(ada.calls).toHaveLength(length);
});

test("a room whose last user goes while it is joined is left, and one that comes back joins again", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const { rerender } = render(<User />, { wrapper: inside(ada.client) });
  rerender(null);
  await waitFor(() => expect(ada.calls).toContain("rooms.leave"));
  await waitFor(() => expect(dialogue.getClients("ada").flatMap((client) => client.rooms())).toEqual([]));
  rerender(<User />);
  await screen.findByText("joined");
  expect(dialogue.getClients("ada").flatMap((client) => client.rooms())).toEqual(["general"]);
});

test("a room that the application joined by itself is not left", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  await ada.client.connect();
  const own = await ada.client.join("general");
  await turns(3);
  const { result, unmount } = renderHook(() => [useRoom("general"), useMessages("general")] as const, {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current[1].status).toBe("ready"));
  expect(result.current[0].room).toBe(own);
  unmount();
  await turns(20);
  expect(ada.calls).not.toContain("rooms.leave");
  expect(ada.client.getRoom("general")).toBe(own);
});

test("a refusal is a value, and retry joins once it may", async () => {
  const dialogue = await serve();
  const [ada, bob] = await Promise.all([clientOf(dialogue, "ada"), clientOf(dialogue, "bob")]);
  await bob.client.connect();
  const taken = await bob.client.join("tiny");
  const { result } = renderHook(() => [useRoom("tiny"), useMessages("tiny")] as const, {
    wrapper: inside(ada.client),
  });
  await waitFor(() => expect(result.current[0].status).toBe("failed"));
  expect(result.current[0].error?.code).toBe("ROOM_FULL");
  expect(result.current[1]).toMatchObject({ status: "failed", error: { code: "ROOM_FULL" } });
  await taken.leave();
  result.current[0].retry();
  await waitFor(() => expect(result.current.map(({ status }) => status)).toEqual(["joined", "ready"]));
});

test("typing shows the others, presence everyone, and both go with the connection", async () => {
  const dialogue = await serve();
  const [ada, bob] = await Promise.all([clientOf(dialogue, "ada"), clientOf(dialogue, "bob")]);
  await bob.client.connect();
  const there = await bob.client.join("general");
  const names = (users: readonly { readonly name: string }[]) => users.map(({ name }) => name).sort();
  const { result } = renderHook(
    () => ({ typing: useTyping("general"), here: usePresence("general"), trigger: useTrigger("general") }),
    { wrapper: inside(ada.client) },
  );
  await waitFor(() => expect(names(result.current.here)).toEqual(["ADA", "BOB"]));
  await result.current.trigger("typing", { isTyping: true });
  await there.trigger("typing", { isTyping: true });
  await waitFor(() => expect(names(result.current.typing)).toEqual(["BOB"]));
  ada.setOffline(true);
  await waitFor(() => expect([result.current.here, result.current.typing]).toEqual([[], []]));
  ada.setOffline(false);
  await waitFor(() => expect(names(result.current.here)).toEqual(["ADA", "BOB"]));
});

test("the connection tells its state and why, and connects again when asked", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => [useConnection(), useRoom("general")] as const, { wrapper: inside(ada.client) });
  await waitFor(() => expect(result.current[1].status).toBe("joined"));
  expect(result.current[0]).toMatchObject({ state: "connected", userId: "ada" });
  await ada.client.disconnect();
  await waitFor(() => expect(result.current[0].state).toBe("disconnected"));
  expect(result.current[1]).toMatchObject({ status: "failed", error: { code: "UNAVAILABLE" } });
  result.current[0].connect();
  await waitFor(() => expect(result.current[1].status).toBe("joined"));
});

test("rooms are listed, made and changed, and those that did not change stay the same objects", async () => {
  const dialogue = await serve();
  const ada = await clientOf(dialogue, "ada");
  const { result } = renderHook(() => useRooms(), { wrapper: inside(ada.client) });
  expect(result.current.status).toBe("loading");
  await waitFor(() => expect(result.current.status).toBe("ready"));
  const plans = result.current.rooms.find(({ id }) => id === "plans");
  await result.current.create({ id: "garden", name: "Garden" });
  await waitFor(() => expect(result.current.rooms.map(({ id }) => id)).toContain("garden"));
  expect(result.current.rooms.find(({ id }) => id === "plans")).toBe(plans);
  await result.current.update({ id: "garden" }, { name: "Orchard" });
  await waitFor(() => expect(result.current.rooms.find(({ id }) => id === "garden")?.name).toBe("Orchard"));
  await result.current.remove({ id: "garden" });
  await waitFor(() => expect(result.current.rooms.map(({ id }) => id)).not.toContain("garden"));
  await expect(result.current.create({ id: "general", name: "Again" })).rejects.toMatchObject({ code: "ROOM_EXISTS" });
});
