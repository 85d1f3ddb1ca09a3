import { MysqlError } from './errors.ts';

export interface Packet {
  sequence: number;
  payload: Buffer;
}

/**
 * Cuts a stream of bytes into packets. `feed` throws 1153 as soon as a header announces more than `limit`
 * bytes, so a hostile length never makes the server buffer it.
 */
export const createFramer = () => {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    feed(chunk: Buffer, limit: number): Packet[] {
      chunks.push(chunk);
      size += chunk.length;
      const packets: Packet[] = [];
      let bytes = chunks.length === 1 ? chunk : undefined;
      let at = 0;
      for (;;) {
        if (size - at < 4) break;
        if (!bytes) {
          // Joining all chunks for every chunk would be quadratic for a big packet: wait until it is whole.
          const first = chunks[0] as Buffer;
          if (first.length >= 4 && size < first.readUIntLE(0, 3) + 4 && first.readUIntLE(0, 3) < limit) break;
          bytes = Buffer.concat(chunks);
          chunks = [bytes];
        }
        const length = bytes.readUIntLE(at, 3);
        if (length >= limit)
          throw new MysqlError(1153, "Got a packet bigger than 'max_allowed_packet' bytes");
        if (size - at < length + 4) break;
        packets.push({ sequence: bytes[at + 3] ?? 0, payload: bytes.subarray(at + 4, at + 4 + length) });
        at += length + 4;
      }
      if (at > 0 && bytes) {
        chunks = at < size ? [bytes.subarray(at)] : [];
        size -= at;
      }
      return packets;
    },
  };
};
