import { Window } from "happy-dom";

/**
 * A page for React to draw on. Only what it asks for is put beside Node's own globals: the server runs in this process
 * too, and needs those as they are.
 */
const window = new Window({ url: "http://localhost/" });
Object.assign(globalThis, {
  window,
  document: window.document,
  Node: window.Node,
  Element: window.Element,
  HTMLElement: window.HTMLElement,
  MutationObserver: window.MutationObserver,
  ...("navigator" in globalThis ? {} : { navigator: window.navigator }),
});
