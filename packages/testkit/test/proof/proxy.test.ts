import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createProxy, type TcpProxy } from "../../src/proof/proxy.ts";

let server: Server;
let proxy: TcpProxy;
const sockets: Socket[] = [];

/** A server that says back what it hears. */
beforeEach(async () => {
  server = createServer((socket) => {
    socket.on("error", () => socket.destroy()).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await createProxy((server.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
  server.close();
});

async function dial() {
  const socket = connect(proxy.port, "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  const heard = { text: "", error: undefined as string | undefined, isClosed: false };
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    heard.text += text;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    heard.error = error.code;
  });
  socket.on("close", () => {
    heard.isClosed = true;
  });
  return { socket, heard };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Long enough for a byte to pass four times, if it passes at all: shown by one that does, on another connection. */
async function others(): Promise<void> {
  const { socket, heard } = await dial();
  socket.write("meanwhile");
  await until(() => heard.text === "meanwhile");
}

test("passes bytes both ways", async () => {
  const { socket, heard } = await dial();
  socket.write("hello");
  await until(() => heard.text === "hello");
  expect(proxy.accepted).toBe(1);
});

test("cut ends every connection with a reset; new ones work", async () => {
  const { heard } = await dial();
  await others();
  proxy.cut();
  await until(() => heard.isClosed);
  expect(heard.error).toBe("ECONNRESET");
  await others();
});

test("pause holds every byte back, and resume lets them go, in order and none lost", async () => {
  const { socket, heard } = await dial();
  const text = Array.from({ length: 20_000 }, (_, at) => `${at};`).join("");
  proxy.pause();
  socket.write(text);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard.text).toBe("");
  proxy.resume();
  await until(() => heard.text.length >= text.length);
  expect(heard.text).toBe(text);
});

test("what is paused takes up to a megabyte of the sender's bytes, and then lets it wait", async () => {
  const { socket, heard } = await dial();
  proxy.pause();
  const text = "x".repeat(16 * 1024 * 1024);
  expect(socket.write(text)).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(socket.writableNeedDrain).toBe(true);
  proxy.resume();
  await until(() => heard.text.length === text.length);
});

test("a black hole keeps connections open and loses what is sent; new ones work", async () => {
  const { socket, heard } = await dial();
  proxy.blackHole();
  socket.write("lost");
  await others();
  expect(heard).toEqual({ text: "", error: undefined, isClosed: false });
});

test("a muted server is heard no more where it has answered once", async () => {
  const { socket, heard } = await dial();
  socket.write("a");
  await until(() => heard.text === "a");
  proxy.muteServer();
  socket.write("b");
  await others();
  expect(heard.text).toBe("a");
});

test("a closed proxy refuses connections, and an open one takes them", async () => {
  proxy.setOpen(false);
  const refused = connect(proxy.port, "127.0.0.1");
  const [error] = await once(refused, "error");
  expect(error).toMatchObject({ code: "ECONNRESET" });
  proxy.setOpen(true);
  await others();
});

describe("a slow network", () => {
  test("takes its time over each byte, and keeps their order while it changes", async () => {
    const { socket, heard } = await dial();
    proxy.setDelay(30);
    const begun = performance.now();
    socket.write("slow");
    await until(() => heard.text === "slow");
    // Not a matter of speed: sooner than there and back it cannot be.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59);
    socket.write("a");
    await new Promise((resolve) => setImmediate(resolve));
    proxy.setDelay(0);
    socket.write("b");
    await until(() => heard.text.length === 6);
    expect(heard.text).toBe("slowab");
  });

  test("passes no more in a second than its bandwidth", async () => {
    const { socket, heard } = await dial();
    proxy.setBandwidth(100_000);
    const begun = performance.now();
    socket.write("x".repeat(10_000));
    await until(() => heard.text.length === 10_000);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(99);
  });

  test("by turns of the event loop keeps the order too", async () => {
    const { socket, heard } = await dial();
    proxy.setLag(3);
    for (const letter of "abc") {
      socket.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    proxy.setLag(0);
    socket.write("d");
    await until(() => heard.text.length === 4);
    expect(heard.text).toBe("abcd");
  });
});

test("leads to another server from when it is told, and tells what clients send", async () => {
  const other = createServer((socket) => void socket.end("other")).listen(0, "127.0.0.1");
  await once(other, "listening");
  let told = "";
  proxy.onClientBytes((text) => {
    told += text;
  });
  proxy.setTarget((other.address() as AddressInfo).port);
  const { socket, heard } = await dial();
  socket.write("hear me");
  await until(() => heard.text === "other");
  other.close();
  await until(() => told === "hear me");
});
