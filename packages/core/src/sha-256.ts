/** The first 32 bits of the fractional parts of a root of each of the first primes. */
function fractions(count: number, exponent: number): Int32Array {
  const found = new Int32Array(count);
  for (let candidate = 2, at = 0; at < count; candidate++) {
    if (!isPrime(candidate)) continue;
    const root = candidate ** exponent;
    found[at++] = (root - Math.floor(root)) * 2 ** 32;
  }
  return found;
}

function isPrime(value: number): boolean {
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false;
  return true;
}

const initial = fractions(8, 1 / 2);
const constants = fractions(64, 1 / 3);

/** SHA-256 of a text's UTF-16 code units, big-endian, as 64 hex digits. */
export function sha256(text: string): string {
  const state = initial.slice();
  const words = padded(text);
  const schedule = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    schedule.set(words.subarray(block, block + 16));
    compress(state, schedule);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function padded(text: string): Int32Array {
  const bits = text.length * 16;
  const words = new Int32Array((((bits + 64) >>> 9) + 1) * 16);
  for (let at = 0; at < text.length; at++) put(words, at, text.charCodeAt(at));
  put(words, text.length, 0x8000);
  words[words.length - 2] = Math.floor(bits / 2 ** 32);
  words[words.length - 1] = bits | 0;
  return words;
}

function put(words: Int32Array, at: number, unit: number): void {
  words[at >> 1] = at % 2 === 0 ? unit << 16 : wordAt(words, at >> 1) | unit;
}

function wordAt(words: Int32Array, at: number): number {
  return words[at] ?? 0;
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function compress(state: Int32Array, schedule: Int32Array): void {
  for (let at = 16; at < 64; at++) schedule[at] = extended(schedule, at);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const upper = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const lower = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const step = (h + upper + choice + wordAt(constants, at) + wordAt(schedule, at)) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + step) | 0, c, b, a, (step + lower + majority) | 0];
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = wordAt(state, at) + word;
}

function extended(schedule: Int32Array, at: number): number {
  const near = wordAt(schedule, at - 2);
  const far = wordAt(schedule, at - 15);
  const nearMix = rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10);
  const farMix = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3);
  return wordAt(schedule, at - 16) + farMix + wordAt(schedule, at - 7) + nearMix;
}
