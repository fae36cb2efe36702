import { expect, it } from "vitest";
import { readEnvironment } from "./environment.ts";

const secret = "s".repeat(32);

it("needs no variable at all", () => {
  expect(readEnvironment({}, "/srv/chat")).toEqual({
    port: 3000,
    host: undefined,
    dataFolder: "/srv/chat/.data",
    databaseUrl: undefined,
    secret: undefined,
    logLevel: "info",
  });
});

it("takes an empty value for an absent one", () => {
  expect(readEnvironment({ PORT: "", DATABASE_URL: "" }, "/")).toMatchObject({ port: 3000, databaseUrl: undefined });
});

it("takes the data folder from the directory it runs in, or as it is", () => {
  expect(readEnvironment({ DIALOGUE_DATA_DIR: "chat" }, "/srv").dataFolder).toBe("/srv/chat");
  expect(readEnvironment({ DIALOGUE_DATA_DIR: "/var/chat" }, "/srv").dataFolder).toBe("/var/chat");
});

it.each([
  [{ PORT: "eighty" }, "cannot read the environment: PORT is not a whole number from 0 to 65535"],
  [{ PORT: "70000" }, "cannot read the environment: PORT is not a whole number from 0 to 65535"],
  [{ LOG_LEVEL: "loud" }, "cannot read the environment: LOG_LEVEL is none of debug, info, warn, error, silent"],
  [{ DATABASE_URL: "mysql://x" }, "cannot read the environment: DATABASE_URL is not a postgres:// address"],
  [{ DIALOGUE_SECRET: "short" }, "cannot read the environment: DIALOGUE_SECRET is shorter than 32 characters"],
  [{ NODE_ENV: "production" }, "cannot read the environment: DIALOGUE_SECRET is required in production"],
])("refuses %o in one line", (variables, message) => {
  expect(() => readEnvironment(variables, "/")).toThrow(expect.objectContaining({ message }));
});

it("never repeats a value, which may be a secret", () => {
  const read = () => readEnvironment({ DATABASE_URL: "http://user:hunter2@db" }, "/");
  expect(read).toThrow(/DATABASE_URL/);
  expect(read).not.toThrow(/hunter2/);
});

it("starts in production with a secret", () => {
  expect(readEnvironment({ NODE_ENV: "production", DIALOGUE_SECRET: secret }, "/").secret).toBe(secret);
});
