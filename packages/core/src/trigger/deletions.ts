/** Which triggers under way on this node concern a room that is deleted meanwhile. */
export interface Deletions {
  /** To be called before the room is looked up. */
  watch(roomId: string): DeletionWatch;
  /** The room was deleted: whatever is under way in it is void. */
  deleted(roomId: string): void;
}

export interface DeletionWatch {
  readonly isDeleted: boolean;
  end(): void;
}

export function createDeletions(): Deletions {
  const watches = new Map<string, Set<{ isDeleted: boolean }>>();
  return {
    watch(roomId) {
      const state = { isDeleted: false };
      const ofRoom = watches.get(roomId) ?? new Set();
      watches.set(roomId, ofRoom.add(state));
      return {
        get isDeleted() {
          return state.isDeleted;
        },
        end() {
          ofRoom.delete(state);
          if (ofRoom.size === 0 && watches.get(roomId) === ofRoom) watches.delete(roomId);
        },
      };
    },
    deleted(roomId) {
      for (const state of watches.get(roomId) ?? []) state.isDeleted = true;
    },
  };
}
