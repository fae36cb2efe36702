/** Who is in which room. */
export class RoomMembers<Member> {
  private readonly rooms = new Map<string, Set<Member>>();

  enter(room: string, member: Member): void {
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members.add(member));
  }

  leave(room: string, member: Member): void {
    this.rooms.get(room)?.delete(member);
  }

  in(room: string): Iterable<Member> {
    return this.rooms.get(room) ?? [];
  }
}
