import type { BrowserContextOptions } from "playwright-core";
import { enterAs, joinAs, type Member } from "../members.ts";
import { signedIn } from "../sign-in.ts";

/** Some people who have been talking for a while, as the pictures show them. */
export interface World {
  readonly url: string;
  readonly grace: Member;
  readonly linus: Member;
  readonly barbara: Member;
  /** Ada's browser, which knows who she is, the rooms she has entered and how far she has read. */
  readonly ada: NonNullable<Exclude<BrowserContextOptions["storageState"], string>>;
  /** Linus speaks in the room about the release. */
  announce(text: string): Promise<unknown>;
  end(): Promise<void>;
}

const general = [
  ["barbara", "Good morning! Is the release still on for today?"],
  ["linus", "Yes. The last build is green: https://example.org/builds/1234"],
  ["linus", "I would like one more pair of eyes on the migration notes, though."],
  ["ada", "I can read them after lunch."],
  [
    "grace",
    "Thank you, both.\nThe notes are in docs/migrations; everything that changes for those who run it themselves is on one page.",
  ],
  ["barbara", "How long will the upgrade take?"],
  ["linus", "About a minute for a database of the usual size. Nobody has to sign in again."],
] as const;

const read = [
  ["linus", "Here is the plan: freeze at noon, build, try it on the small machine, then announce."],
  ["grace", "The change log is written."],
  ["linus", "Perfect. I will begin with the build."],
] as const;

const unread = [
  ["linus", "The build has begun."],
  ["grace", "I am watching the small machine."],
  ["linus", "Packages are signed and uploaded."],
  ["grace", "The upgrade went through in 48 seconds. Everything that was said is still there."],
  ["grace", "Memory looks the same as before."],
  ["linus", "Then let us go on with the two large ones."],
  ["grace", "First one done."],
  ["linus", "Second one done as well. That was quick!"],
  ["grace", "I have seen one warning about an old setting. It is harmless, but the notes should name it."],
  ["linus", "Good point, I will add a line."],
  ["grace", "Done here. Who writes the announcement?"],
  ["linus", "I do. Give me ten minutes."],
  ["linus", "Published: https://example.org/blog/release-2-0"],
  ["grace", "Wonderful. Thank you all!"],
] as const;

/** Brings the people in, one after the other, since the room tells who came first, and lets them talk. */
export async function createWorld(url: string): Promise<World> {
  const grace = await enterAs(url, "Grace Hopper");
  const linus = await enterAs(url, "Linus");
  const barbara = await enterAs(url, "Barbara Liskov");
  const account = await signedIn(url, "Ada Lovelace");
  const ada = await joinAs(url, account);
  const members = { grace, linus, barbara, ada };

  await createRooms(grace);
  for (const [who, text] of general) await members[who].say(text);
  const { events } = await linus.room.getHistory("message");
  const question = events.find(({ data }) => data.text.includes("after lunch"));
  await answer(linus, "general", "Perfect, take your time.", question?.id ?? "");

  const places = {
    grace: await grace.client.join({ id: "release-2-0" }),
    linus: await linus.client.join({ id: "release-2-0" }),
  };
  const say = (who: "grace" | "linus", text: string) =>
    places[who].trigger("message", { text, senderId: members[who].auth.userId });
  let mark = 0;
  for (const [who, text] of read) mark = (await say(who, text)).seq ?? 0;
  for (const [who, text] of unread) await say(who, text);
  await talkAboutDesign(barbara, linus);

  const kept = {
    "dialogue.account": { user: { id: account.userId, name: "Ada Lovelace" }, token: account.token },
    [`dialogue.entered.${account.userId}`]: ["release-2-0", "design", "ideas"],
    [`dialogue.read.${account.userId}`]: { general: 1_000, "release-2-0": mark },
  };
  const localStorage = Object.entries(kept).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  return {
    url,
    grace,
    linus,
    barbara,
    ada: { cookies: [], origins: [{ origin: url, localStorage }] },
    announce: (text) => say("linus", text),
    end: async () => void (await Promise.all(Object.values(members).map(({ client }) => client.disconnect()))),
  };
}

async function createRooms({ client }: Member): Promise<void> {
  const rooms = [
    ["release-2-0", "Release 2.0", "What goes into the next release, and when it goes out."],
    ["design", "Design", "How it looks and how it feels."],
    ["ideas", "Ideas", undefined],
    ["books", "Books and papers", "What we read."],
  ] as const;
  for (const [id, name, description] of rooms)
    await client.createRoom({ id, name, syncHistoryOnJoin: 50, ...(description === undefined ? {} : { description }) });
}

/** The second answers something that is not there any more. */
async function talkAboutDesign(barbara: Member, linus: Member): Promise<void> {
  const place = await barbara.client.join({ id: "design" });
  await linus.client.join({ id: "design" });
  await place.trigger("message", { text: "The new icons are in. What do you think?", senderId: barbara.auth.userId });
  await answer(linus, "design", "That is the one I like best.", crypto.randomUUID());
}

function answer({ client, auth }: Member, roomId: string, text: string, replyTo: string) {
  return client.getRoom({ id: roomId })?.trigger("message", { text, senderId: auth.userId, replyTo });
}
