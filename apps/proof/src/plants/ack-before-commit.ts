import { register } from "node:module";

// Loaded before a server by `--import`, so that a test can see the checker find it: the server then answers a trigger at
// once, and commits a moment later. Its ports are wrapped in ports-that-lie.ts; all the rest of it is the real one.
register("./resolve-ports.js", import.meta.url);
