import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";

/** The address that a request counts for; undefined: for none. */
export type ClientAddress = (request: IncomingMessage) => string | string[] | undefined;

/** What a proxy of one's own may have: behind it there is everybody. */
const own = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
] as const)
  own.addSubnet(network, prefix, "ipv4");
own.addAddress("::1", "ipv6");
own.addSubnet("fc00::", 7, "ipv6");
own.addSubnet("fe80::", 10, "ipv6");

/** The peer itself, where it is no address of a private network. */
export function peerAddress({ socket }: IncomingMessage): string | undefined {
  const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "");
  if (address === undefined || own.check(address, isIPv6(address) ? "ipv6" : "ipv4")) return undefined;
  return address;
}
