import { MysqlError } from './errors.ts';

export interface Packet {
  sequence: number;
  payload: Buffer;
}

const headerLength = 4;

/**
 * Cuts a stream of bytes into packets. `feed` throws 1153 as soon as a header announces `limit` bytes or more,
 * so a hostile length never makes the server buffer it.
 */
export const createFramer = () => {
  /** The beginning of a packet that has not come whole; its memory grows with what came, not what was announced. */
  let begun = Buffer.alloc(0);
  let filled = 0;

  const keep = (bytes: Buffer) => {
    if (filled + bytes.length > begun.length) {
      const grown = Buffer.allocUnsafe(Math.max(begun.length * 2, filled + bytes.length));
      begun.copy(grown, 0, 0, filled);
      begun = grown;
    }
    filled += bytes.copy(begun, filled);
  };

  return {
    feed(chunk: Buffer, limit: number): Packet[] {
      let bytes = chunk;
      if (filled > 0) {
        keep(chunk);
        bytes = begun.subarray(0, filled);
      }
      const packets: Packet[] = [];
      let at = 0;
      while (bytes.length - at >= headerLength) {
        const length = bytes.readUIntLE(at, 3);
        if (length >= limit)
          throw new MysqlError(1153, "Got a packet bigger than 'max_allowed_packet' bytes");
        const end = at + headerLength + length;
        if (bytes.length < end) break;
        packets.push({ sequence: bytes[at + 3] ?? 0, payload: bytes.subarray(at + headerLength, end) });
        at = end;
      }
      if (at === 0 && filled > 0) return packets;
      // The packets are views on the memory that they came in: what follows them begins anew.
      begun = Buffer.alloc(0);
      filled = 0;
      if (at < bytes.length) keep(bytes.subarray(at));
      return packets;
    },
  };
};
