// Loaded before every script (`node -r`), in the JavaScript that any Node understands: an older one gets
// a sentence instead of a syntax error.
var required = [20, 19];
var running = process.versions.node.split(".").map(Number);
if (running[0] < required[0] || (running[0] === required[0] && running[1] < required[1])) {
  console.error(["dialogue needs Node", required.join("."), "or newer; this is", process.version].join(" "));
  process.exit(1);
}
