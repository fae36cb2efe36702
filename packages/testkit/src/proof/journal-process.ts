import { openSync, writeSync } from "node:fs";
import { createServer, type Socket } from "node:net";

// Run by `startJournal`, with the file as its argument: takes lines, and writes each whole one at once.
const file = openSync(process.argv[2] ?? "", "a");
let writers = 0;

const server = createServer((socket) => keep(socket, ++writers));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});
// Whoever started it has closed the journal, or is gone.
process.once("disconnect", () => process.exit(0));

function keep(socket: Socket, writer: number): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    const lines = (rest + String(text)).split("\n");
    // What a killed writer did not finish never becomes a line.
    rest = lines.pop() ?? "";
    const entries = lines.filter((line) => line !== "");
    if (entries.length > 0) writeSync(file, entries.map((line) => `{"writer":${writer},${line.slice(1)}\n`).join(""));
    // An empty line asks whether all before it is written.
    for (let asked = lines.length - entries.length; asked > 0; asked--) socket.write("\n");
  });
  // Writers are killed: that is what this process is for.
  socket.on("error", () => socket.destroy());
}
