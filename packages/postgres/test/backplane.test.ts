import type { Bell, News } from "@dialogue/core";
import { backplaneContract, createTestClock, freshRoomId } from "@dialogue/testkit";
import pg from "pg";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { postgresBackplane } from "../src/index.ts";
import { startSilentProxy } from "./support/silent-proxy.ts";
import { openTestDatabase, run } from "./support/test-database.ts";

const database = await openTestDatabase();

if ("missing" in database) {
  describe("backplane on PostgreSQL", () => test.skip(database.missing));
} else {
  const { url } = database;
  const ends: (() => Promise<void>)[] = [database.close];
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const node = async (options: Partial<Parameters<typeof postgresBackplane>[0]> = {}) => {
    const reported: unknown[] = [];
    const report = (error: unknown) => void reported.push(error);
    return { ...(await postgresBackplane({ url, report, ...options })), reported };
  };
  const nodeForTest = async (options: Partial<Parameters<typeof postgresBackplane>[0]> = {}) => {
    const made = await node(options);
    onTestFinished(made.close);
    return made;
  };
  const bell = (seq: number): Bell => ({ type: "bell", seq, tag: `0000000${seq}`, previousTag: "" });
  const terminateListeners = `
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = current_setting('application_name') and pid <> pg_backend_pid()`;

  backplaneContract(
    "PostgreSQL",
    async () => {
      const [here, there] = [await node(), await node()];
      ends.push(here.close, there.close);
      return { here, there };
    },
    async ({ here, there }) => {
      const heard: News[] = [];
      await run(url, terminateListeners);
      const roomId = freshRoomId();
      const end = await there.subscribe(roomId, (news) => heard.push(news));
      // Until both are back.
      await vi.waitFor(async () => {
        await here.publish(roomId, { type: "presence" });
        await vi.waitFor(() => expect(heard).not.toEqual([]));
      }, 20_000);
      await end();
    },
  );

  test("a bell goes without its event, and of several at once the last of each room is heard", async () => {
    const [here, there] = [await nodeForTest(), await nodeForTest()];
    const [one, two] = [freshRoomId(), freshRoomId()];
    const heard: unknown[] = [];
    await there.subscribe(one, (news) => heard.push([1, news]));
    await there.subscribe(two, (news) => heard.push([2, news]));
    const event = {
      ...{ roomId: one, seq: 3, tag: "00000003", id: "i", event: "e", version: 1, data: "secret", from: "ada" },
    };
    const whole = { ...event, timestamp: 0, hash: "h", redacted: false };
    await Promise.all([
      here.publish(one, bell(1)),
      here.publish(one, { ...bell(3), event: whole }),
      here.publish(one, bell(2)),
      here.publish(two, bell(7)),
    ]);
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    expect(heard).toEqual([
      [1, bell(3)],
      [2, bell(7)],
    ]);
  });

  test("of several redactions at once every one is heard", async () => {
    const [here, there] = [await nodeForTest(), await nodeForTest()];
    const roomId = freshRoomId();
    const heard: News[] = [];
    await there.subscribe(roomId, (news) => heard.push(news));
    const redactions = [1, 2, 3].map((seq) => ({ type: "redacted", seq }) as const);
    await Promise.all([...redactions.map((news) => here.publish(roomId, news)), here.publish(roomId, bell(9))]);
    await vi.waitFor(() => expect(heard).toContainEqual(bell(9)));
    expect(heard.filter(({ type }) => type === "redacted")).toEqual(redactions);
  });

  test("what needs several NOTIFYs is heard whole", async () => {
    const [here, there] = [await nodeForTest(), await nodeForTest()];
    const rooms = Array.from({ length: 300 }, freshRoomId);
    const heard = new Set<string>();
    for (const roomId of rooms) await there.subscribe(roomId, () => heard.add(roomId));
    await Promise.all(rooms.map((roomId) => here.publish(roomId, bell(1))));
    await vi.waitFor(() => expect(heard.size).toBe(300));
  });

  test("a signal that no NOTIFY can carry is refused, the largest that it can is heard", async () => {
    const [here, there] = [await nodeForTest(), await nodeForTest()];
    const roomId = freshRoomId();
    const heard: News[] = [];
    await there.subscribe(roomId, (news) => heard.push(news));
    const signal = (length: number): News => {
      const envelope = { id: "i", roomId, event: "wave", data: "é".repeat(length / 2), from: "ada", timestamp: 1 };
      return { type: "signal", envelope };
    };
    await expect(here.publish(roomId, signal(7_900))).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    await here.publish(roomId, signal(7_600));
    await vi.waitFor(() => expect(heard).toEqual([signal(7_600)]));
  });

  test("what others say on the channel is not heard and harms nobody", async () => {
    const [here, there] = [await nodeForTest(), await nodeForTest()];
    const heard: News[] = [];
    const roomId = freshRoomId();
    await there.subscribe(roomId, (news) => heard.push(news));
    const forged = [
      "hello",
      "",
      "null",
      "{}",
      `[2,"x",0,0,[["${roomId}",1,"a","b"]]]`,
      `[1,"x",0,0,[["${roomId}",-1,"a","b"],["${roomId}",9007199254740993,"a","b"],["${roomId}",1,2,3],[7],null]]`,
      `[1,"x",0,0,[["${roomId}",{"type":"launch"}],["${roomId}",{"type":"signal","envelope":{"roomId":"other"}}]]]`,
      `[1,"x",0,0,[["${roomId}",{"type":"typing","user":"ada"}],["${roomId}",{"type":"redacted","seq":"1"}]]]`,
    ];
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const text of forged) await client.query("select pg_notify('dialogue_' || md5(current_schema()), $1)", [text]);
    await client.end();
    await here.publish(roomId, { type: "access" });
    await vi.waitFor(() => expect(heard).toEqual([{ type: "access" }]));
  });

  test("a connection that has gone silent is replaced after 8 seconds, and others are told that news was lost", async () => {
    const clock = createTestClock();
    const proxy = await startSilentProxy(url);
    const here = await nodeForTest({ url: proxy.url, clock });
    const there = await nodeForTest();
    const [suspectedHere, suspectedThere] = [vi.fn(), vi.fn()];
    here.onSuspect(suspectedHere);
    there.onSuspect(suspectedThere);
    const roomId = freshRoomId();
    const heard: News[] = [];
    await here.subscribe(roomId, (news) => heard.push(news));

    await clock.advance(5_000);
    await vi.waitFor(async () => {
      await there.publish(roomId, { type: "presence" });
      expect(heard).not.toEqual([]);
    });
    await clock.advance(3_000);
    expect(proxy.connections).toBe(1);

    proxy.silence();
    await clock.advance(5_000);
    await clock.advance(3_000);
    expect(here.reported).toMatchObject([{ code: "UNAVAILABLE" }, {}]);
    await expect(here.publish(roomId, { type: "access" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(suspectedHere).not.toHaveBeenCalled();
    await clock.advance(100);
    await vi.waitFor(() => expect(suspectedHere).toHaveBeenCalled());
    await vi.waitFor(() => expect(suspectedThere).toHaveBeenCalled());
    await there.publish(roomId, { type: "access" });
    await vi.waitFor(() => expect(heard).toContainEqual({ type: "access" }));
  });

  test("two schemas of one database do not hear each other", async () => {
    const other = await openTestDatabase();
    if ("missing" in other) return;
    onTestFinished(other.close);
    const [here, strange, there] = [await nodeForTest(), await nodeForTest({ url: other.url }), await nodeForTest()];
    const heard: string[] = [];
    await strange.subscribe("general", () => heard.push("strange"));
    await there.subscribe("general", () => heard.push("there"));
    await here.publish("general", { type: "presence" });
    await vi.waitFor(() => expect(heard).toContain("there"));
    await strange.publish("general", { type: "presence" });
    // Notices of one database are heard in the order in which they were given.
    await here.publish("general", { type: "access" });
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1));
    expect(heard).toEqual(["there", "there"]);
  });

  test("says in one line that the database cannot be reached", async () => {
    await expect(node({ url: "postgres://ada:hunter2@127.0.0.1:9/chat" })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.not.stringContaining("hunter2"),
    });
  });
}
