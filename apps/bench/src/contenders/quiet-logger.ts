/** Says errors alone. */
export const quietLogger = {
  debug() {},
  info() {},
  warn() {},
  error: (facts: object) => void process.stderr.write(`${JSON.stringify(facts)}\n`),
};
