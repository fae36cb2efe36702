import { useSyncExternalStore } from "react";

const home = "general";

/** The room that the address names, which a reload and the way back keep. */
export function useCurrentRoom(): string {
  return useSyncExternalStore(watchAddress, roomInAddress);
}

export function openRoom(roomId: string): void {
  window.location.hash = `/${roomId}`;
}

/** The room that everyone is in. */
export function openHome(): void {
  openRoom(home);
}

function roomInAddress(): string {
  return /^#\/([A-Za-z0-9_-]{1,64})$/.exec(window.location.hash)?.[1] ?? home;
}

function watchAddress(listen: () => void): () => void {
  window.addEventListener("hashchange", listen);
  return () => window.removeEventListener("hashchange", listen);
}
