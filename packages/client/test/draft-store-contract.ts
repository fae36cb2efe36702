import { describe, expect, it } from "vitest";
import type { KeptDraft, OpenDraftStore } from "../src/draft-store.ts";
import { newId } from "../src/new-id.ts";
import { until } from "./harness.ts";

/** A draft of one room. */
export function draftOf(text: string, roomId = "general"): KeptDraft {
  return { id: newId(), roomId, event: "message", data: { text }, timestamp: 1_700_000_000_000 };
}

const patient = new AbortController().signal;

/** What every place for drafts must do. `hasLocks`: whether one client can wait for another there. */
export function draftStoreContract(name: string, open: OpenDraftStore, hasLocks: boolean): void {
  describe(`drafts in ${name}`, () => {
    let scopes = 0;
    const scope = () => `${name} ${++scopes}`;

    it("1. gives each draft a higher place than any before, also after those were removed", async () => {
      const mine = scope();
      const [one, other] = [await open(mine), await open(mine)];
      const first = await one.add(draftOf("a"));
      const second = await other.add(draftOf("b"));
      await other.remove(second);
      const third = await one.add(draftOf("c"));
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
    });

    it("2. answers what anybody added and nobody removed, in the order of places, as it was", async () => {
      const mine = scope();
      const [one, other] = [await open(mine), await open(mine)];
      const drafts = [draftOf("a"), { ...draftOf("b"), meta: { via: "test" } }, draftOf("c", "plans")];
      const places: number[] = [];
      for (const [at, draft] of drafts.entries()) places.push(await (at % 2 === 0 ? one : other).add(draft));
      const gone = await one.add(draftOf("gone"));
      await other.remove(gone);
      const read = drafts.map((draft, at) => ({ ...draft, place: places[at] }));
      expect(await one.read()).toEqual(read);
      expect(await (await open(mine)).read()).toEqual(read);
    });

    it("3. replaces a draft in its place, and nothing that was removed", async () => {
      const store = await open(scope());
      const [first, second] = [draftOf("a"), draftOf("b")];
      const place = await store.add(first);
      const other = await store.add(second);
      const failed = { ...first, failure: { code: "TIMEOUT", message: "cannot", retry: true } } as const;
      await store.replace({ ...failed, place });
      expect(await store.read()).toEqual([
        { ...failed, place },
        { ...second, place: other },
      ]);
      await store.remove(place);
      await store.replace({ ...failed, place });
      expect(await store.read()).toEqual([{ ...second, place: other }]);
    });

    it("4. removes twice what is there once", async () => {
      const store = await open(scope());
      const place = await store.add(draftOf("a"));
      await store.remove(place);
      await store.remove(place);
      expect(await store.read()).toEqual([]);
    });

    it("5. shows nothing of another scope", async () => {
      const [ada, bob] = [await open(scope()), await open(scope())];
      await ada.add(draftOf("a"));
      expect(await bob.read()).toEqual([]);
    });

    it("6. runs the works of a room one after the other, also when one fails", async ({ skip }) => {
      skip(!hasLocks, "this runtime has no Web Locks");
      const mine = scope();
      const stores = [await open(mine), await open(mine)];
      let running = 0;
      let most = 0;
      const runs = Array.from({ length: 6 }, (_, at) =>
        stores[at % 2]?.alone(
          "general",
          async () => {
            most = Math.max(most, ++running);
            await new Promise((resolve) => setTimeout(resolve, 1));
            running--;
            if (at === 2) throw new Error("broken");
          },
          patient,
        ),
      );
      const results = await Promise.allSettled(runs);
      expect(results.map(({ status }) => status)).toEqual(
        [0, 1, 2, 3, 4, 5].map((at) => (at === 2 ? "rejected" : "fulfilled")),
      );
      expect(most).toBe(1);
    });

    it("6. keeps nobody waiting for another room, or for longer than the signal says", async () => {
      const mine = scope();
      const [one, other] = [await open(mine), await open(mine)];
      let end = (): void => undefined;
      const long = one.alone("general", () => new Promise((resolve) => (end = resolve)), patient);
      const ran: string[] = [];
      await other.alone("plans", async () => void ran.push("plans"), patient);
      const impatient = new AbortController();
      const late = other.alone("general", async () => void ran.push("general"), impatient.signal);
      impatient.abort();
      await late;
      expect(ran).toEqual(["plans", "general"]);
      end();
      await long;
    });

    it("7. tells another client of each kind of change", async () => {
      const mine = scope();
      const [one, other] = [await open(mine), await open(mine)];
      let told = 0;
      other.onChange(() => told++);
      const changed = async (change: () => Promise<unknown>): Promise<void> => {
        const before = told;
        await change();
        await until(() => told > before);
      };
      const draft = draftOf("a");
      let place = 0;
      await changed(async () => (place = await one.add(draft)));
      await changed(() => one.replace({ ...draft, place, timestamp: 1 }));
      await changed(() => one.remove(place));
    });
  });
}
