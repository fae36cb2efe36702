import { PGlite } from "@electric-sql/pglite";
import { asc, eq } from "drizzle-orm";
import { pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pglite";

const users = pgTable("users", { id: text().primaryKey(), name: text().notNull() });

const messages = pgTable("messages", {
  id: uuid().primaryKey().defaultRandom(),
  roomId: text().notNull(),
  text: text().notNull(),
  senderId: text().notNull(),
  replyTo: text(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
});

const database = drizzle(new PGlite());

/** Makes the tables. */
export async function openDatabase(): Promise<void> {
  await database.execute(`create table users (id text primary key, name text not null)`);
  await database.execute(`create table messages (
    id uuid primary key default gen_random_uuid(), "roomId" text not null, text text not null,
    "senderId" text not null, "replyTo" text, "createdAt" timestamptz not null)`);
}

/** The user's row; a user without one goes by the id. */
export async function getUserById(id: string): Promise<typeof users.$inferSelect> {
  const [user] = await database.select().from(users).where(eq(users.id, id));
  return user ?? { id, name: id };
}

/** The application's own tables, beside Dialogue's log. */
export const db = {
  users: {
    create: (user: typeof users.$inferInsert) => database.insert(users).values(user),
  },
  messages: {
    create: (message: typeof messages.$inferInsert) => database.insert(messages).values(message),
    list: () => database.select().from(messages).orderBy(asc(messages.createdAt)),
  },
};
