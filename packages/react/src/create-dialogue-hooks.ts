import type { ConnectionStatus, Untyped } from "@dialogue/client";
import type { DialogueTypes, RoomRef, RoomsOf } from "@dialogue/events";
import { createContext, createElement, useCallback, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { type Bindings, bindingsOf, type RoomBindings } from "./bindings.ts";
import type { DialogueHooks, DialogueProviderProps, MessagesOptions } from "./dialogue-hooks.ts";
import { keepConnecting } from "./keep-connecting.ts";
import { emptyList, type ListState, renderedFrom } from "./list-state.ts";
import type { MessageList } from "./message-list.ts";
import { noRooms } from "./room-list.ts";
import { nobody } from "./roster.ts";
import { machine } from "./surroundings.ts";
import { unreadIn } from "./unread.ts";

type AnyRef = RoomRef<RoomsOf<Untyped>>;

/**
 * The hooks of one Dialogue: `createDialogueHooks<typeof dialogue>()`, once for an application. Without a type
 * argument they take any name and give unknown data.
 */
export function createDialogueHooks<Dialogue extends DialogueTypes = Untyped>(): DialogueHooks<Dialogue> {
  // The same object: names and payloads are a matter of the compiler alone.
  return untypedHooks as unknown as DialogueHooks<Dialogue>;
}

const Context = createContext<Bindings | undefined>(undefined);

function useBindings(): Bindings {
  const bindings = useContext(Context);
  if (!bindings) throw new Error("cannot use a Dialogue: there is no DialogueProvider above");
  return bindings;
}

function useRoomBindings(room: AnyRef): RoomBindings {
  return useBindings().room(typeof room === "string" ? room : room.id);
}

function useList(list: MessageList, { initial }: MessagesOptions): ListState {
  // A page that is drawn from the server's markup is subscribed to before it is read.
  const subscribe = useCallback((listen: () => void) => list.subscribe(listen, initial), [list, initial]);
  return useSyncExternalStore(
    subscribe,
    () => list.current(initial),
    () => (initial ? renderedFrom(initial).state : emptyList),
  );
}

/** What is drawn on a server, and first in the browser. */
const notConnected: ConnectionStatus = { state: "disconnected" };

const untypedHooks: DialogueHooks = {
  DialogueProvider({ client, lingerMs, children }: DialogueProviderProps) {
    useEffect(() => keepConnecting(client, { after: machine.after, random: Math.random }), [client]);
    return createElement(Context.Provider, { value: bindingsOf(client, lingerMs) }, children);
  },

  useDialogue: () => useBindings().client,

  useConnection() {
    const { client } = useBindings();
    const { current, subscribe } = client.connection;
    const status = useSyncExternalStore(subscribe, current, () => notConnected);
    return useMemo(
      () => ({ ...status, userId: client.userId, connect: () => void client.connect() }),
      [client, status],
    );
  },

  useRoom(room) {
    const { state, joining } = useRoomBindings(room);
    return useSyncExternalStore(state.subscribe, state.current, () => joining);
  },

  useRooms() {
    const { rooms } = useBindings();
    const state = useSyncExternalStore(rooms.subscribe, rooms.current, () => noRooms);
    return useMemo(() => ({ ...state, ...rooms.actions }), [rooms, state]);
  },

  useMessages(room, options = {}) {
    const list = useRoomBindings(room).messages(options);
    const state = useList(list, options);
    return useMemo(() => ({ ...state, ...list.actions }), [list, state]);
  },

  useTyping(room) {
    const { typing } = useRoomBindings(room);
    return useSyncExternalStore(typing.subscribe, typing.current, () => nobody);
  },

  usePresence(room) {
    const { presence } = useRoomBindings(room);
    return useSyncExternalStore(presence.subscribe, presence.current, () => nobody);
  },

  useTrigger(room) {
    const { state, room: shared } = useRoomBindings(room);
    const trigger = (): typeof shared.trigger => shared.trigger;
    return useSyncExternalStore(state.subscribe, trigger, trigger);
  },

  useUnread(room, after, options = {}) {
    const { client } = useBindings();
    const list = useRoomBindings(room).messages(options);
    const unread = () => unreadIn(list.current(options.initial), client.userId, after);
    const none = () => 0;
    const no = () => false;
    const count = useSyncExternalStore(list.subscribe, () => unread().count, none);
    const isMore = useSyncExternalStore(list.subscribe, () => unread().isMore, no);
    return useMemo(() => ({ count, isMore }), [count, isMore]);
  },
};
