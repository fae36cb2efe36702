const textOpcode = 0x81;
const shortMost = 125;
const mediumMost = 0xffff;

/** A text message as a server sends it: one whole, unmasked frame of RFC 6455, its payload given in two parts. */
export function textFrame(head: string, tail: Buffer = none): Buffer {
  const headBytes = Buffer.byteLength(head);
  const size = headBytes + tail.length;
  const start = size <= shortMost ? 2 : size <= mediumMost ? 4 : 10;
  const bytes = Buffer.allocUnsafe(start + size);
  bytes[0] = textOpcode;
  if (start === 2) bytes[1] = size;
  else if (start === 4) {
    bytes[1] = shortMost + 1;
    bytes.writeUInt16BE(size, 2);
  } else {
    bytes[1] = shortMost + 2;
    bytes.writeBigUInt64BE(BigInt(size), 2);
  }
  bytes.write(head, start);
  tail.copy(bytes, start + headBytes);
  return bytes;
}

const none = Buffer.alloc(0);
