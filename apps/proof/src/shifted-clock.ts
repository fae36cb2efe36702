// Loaded before a server by `--import`: its wall clock is off by so much, and jumps to the other side every few seconds.
const offMs = Number(process.env.PROOF_CLOCK_OFF_MS);
const jumpMs = 7_000;
const real = Date;

function now(): number {
  const isAhead = Math.floor(performance.now() / jumpMs) % 2 === 0;
  return real.now() + (isAhead ? offMs : -offMs);
}

globalThis.Date = new Proxy(real, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
