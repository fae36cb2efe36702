import { afterEach, expect, test, vi } from "vitest";
import { wakeWithPage } from "../src/wake.ts";

afterEach(() => vi.unstubAllGlobals());

function page() {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  vi.stubGlobal("window", window);
  vi.stubGlobal("document", document);
  return { window, document };
}

test("a network that returns and a page that is looked at again bring the next try forward", () => {
  const { window, document } = page();
  const wake = vi.fn();
  const stop = wakeWithPage(wake);
  window.dispatchEvent(new Event("online"));
  expect(wake).toHaveBeenCalledTimes(1);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(wake).toHaveBeenCalledTimes(1);
  document.visibilityState = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  expect(wake).toHaveBeenCalledTimes(2);
  stop();
  window.dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(wake).toHaveBeenCalledTimes(2);
});

test("where there is no page there is nothing to wake with", () => {
  wakeWithPage(() => expect.unreachable())();
});
