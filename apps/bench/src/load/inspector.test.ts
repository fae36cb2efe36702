import { expect, it } from "vitest";
import { envelopeOf, textOf } from "../messages.ts";
import { Inspector } from "./inspector.ts";

function frame(n: number, text = textOf(n)): Buffer {
  return Buffer.from(`42${JSON.stringify(["message", envelopeOf("room-0", n, text)])}`);
}

function inspector(): Inspector {
  return new Inspector(() => undefined);
}

it("takes the same messages from all clients of a room", () => {
  const inspect = inspector();
  const frames = [frame(0), frame(1)];
  for (let client = 0; client < 2; client++)
    for (const [place, bytes] of frames.entries()) expect(inspect.inspect(0, place, bytes)?.n).toBe(place);
});

it("passes over what is no message", () => {
  expect(inspector().inspect(0, 0, Buffer.from('42["ready"]'))).toBeUndefined();
});

it("refuses a message of which a byte is another", () => {
  const bytes = frame(0);
  bytes[bytes.indexOf("fox")] = 0x62;
  expect(() => inspector().inspect(0, 0, bytes)).toThrow("not intact");
});

it("refuses a frame that is not whole", () => {
  const bytes = frame(0);
  expect(() => inspector().inspect(0, 0, bytes.subarray(0, bytes.length - 1))).toThrow();
});

it("refuses a message that another client got at another place", () => {
  const inspect = inspector();
  inspect.inspect(0, 0, frame(0));
  inspect.inspect(0, 1, frame(1));
  expect(() => inspect.inspect(0, 0, frame(1))).toThrow("came where another client got");
});

it("refuses a message that comes twice", () => {
  const inspect = inspector();
  inspect.inspect(0, 0, frame(0));
  expect(() => inspect.inspect(0, 1, frame(0))).toThrow("came twice");
});

it("tells rooms apart", () => {
  const inspect = inspector();
  expect(inspect.inspect(0, 0, frame(0))?.n).toBe(0);
  expect(inspect.inspect(1, 0, frame(0))?.n).toBe(0);
});
