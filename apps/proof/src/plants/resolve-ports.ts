import type { ResolveHook } from "node:module";

const lying = new URL("./ports-that-lie.js", import.meta.url).href;

/** The server's main gets the ports that lie; they themselves get the real ones. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const isOfMain = specifier === "./ports.js" && context.parentURL?.endsWith("/apps/server/dist/main.js");
  return isOfMain ? { url: lying, shortCircuit: true } : next(specifier, context);
};
