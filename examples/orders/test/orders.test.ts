import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openShop } from "../src/orders.ts";

let folder = "";
let shop: Awaited<ReturnType<typeof openShop>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialogue-orders-"));
  shop = await openShop(folder);
});

afterAll(async () => {
  await shop.close();
  await rm(folder, { recursive: true });
});

it("keeps an order and its event together", async () => {
  await shop.pay({ id: "a-1", userId: "ada", cents: 1_200 });
  expect(await shop.paid()).toEqual(["a-1"]);
  const { events } = await shop.dialogue.history("orders");
  expect(events).toMatchObject([{ seq: 1, from: "ada", data: { order: "a-1", cents: 1_200 } }]);
});

it("keeps neither when the event is refused, and leaves no hole", async () => {
  await expect(shop.pay({ id: "b-1", userId: "ben", cents: 0 })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  expect(await shop.paid()).toEqual(["a-1"]);
  await shop.pay({ id: "b-2", userId: "ben", cents: 5 });
  const { events } = await shop.dialogue.history("orders");
  expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
});
