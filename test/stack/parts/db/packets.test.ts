import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MysqlError } from '../../../../src/stack/parts/db/errors.ts';
import { createFramer } from '../../../../src/stack/parts/db/framer.ts';
import { PacketReader, PacketWriter } from '../../../../src/stack/parts/db/packets.ts';
import { maxPayload } from '../../../../src/stack/parts/db/protocol.ts';

const payload = (write: (out: PacketWriter) => void): Buffer => {
  const out = new PacketWriter(0);
  write(out);
  return out.end().finish().subarray(4);
};

describe('length-encoded integers', () => {
  it.each([
    [0, 'hex:00'],
    [250, 'hex:fa'],
    [251, 'hex:fcfb00'],
    [65535, 'hex:fcffff'],
    [65536, 'hex:fd000001'],
    [16777215, 'hex:fdffffff'],
    [16777216, 'hex:fe0000000100000000'],
  ])('%i is written as %s', (value, bytes) => {
    expect(`hex:${payload(out => out.lenenc(value)).toString('hex')}`).toBe(bytes);
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), value => {
        expect(new PacketReader(payload(out => out.lenenc(value))).lenenc()).toBe(value);
      }),
    );
  });
});

describe('a payload', () => {
  it('comes back field by field', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.string({ unit: 'grapheme' }),
        fc.nat(0xffff),
        fc.double(),
        (bytes, text, n, d) => {
          const clean = text.replaceAll('\0', '');
          const input = new PacketReader(
            payload(out => out.lenencBytes(bytes).nulTerminated(clean).uint(n, 2).double(d).lenencText(text)),
          );
          expect([...input.lenencBytes()]).toEqual([...bytes]);
          expect(input.nulTerminated()).toBe(clean);
          expect(input.uint(2)).toBe(n);
          expect(input.double()).toBe(d);
          expect(input.lenencBytes().toString()).toBe(text);
          expect(input.left).toBe(0);
        },
      ),
    );
  });

  it('that is cut anywhere is error 1835, never an exception of another kind', () => {
    const whole = payload(out => out.lenencText('hello').uint(7, 4).bigInt64(5n).nulTerminated('end'));
    const read = (input: PacketReader) => [
      input.lenencBytes(),
      input.uint(4),
      input.bigInt64(),
      input.nulTerminated(),
    ];
    expect(read(new PacketReader(whole))).toHaveLength(4);
    for (let length = 0; length < whole.length; length++)
      expect(() => read(new PacketReader(whole.subarray(0, length)))).toThrow(MysqlError);
  });

  it('of random bytes is read or refused with error 1835', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
        const input = new PacketReader(Buffer.from(bytes));
        try {
          input.lenencBytes();
          input.nulTerminated();
        } catch (error) {
          expect(error).toMatchObject({ code: 1835 });
        }
      }),
    );
  });

  it('of 16 MB is refused, because it would not fit in one packet', () => {
    const out = new PacketWriter(0).bytes(Buffer.alloc(maxPayload));
    expect(() => out.end()).toThrow(/bigger than 'max_allowed_packet'/);
  });
});

describe('a writer', () => {
  it('numbers its packets and wraps at 256', () => {
    const out = new PacketWriter(254);
    for (let i = 0; i < 3; i++) out.uint(i, 1).end();
    const packets = createFramer().feed(out.finish(), 100);
    expect(packets.map(({ sequence }) => sequence)).toEqual([254, 255, 0]);
  });

  it('forgets what was written since a checkpoint', () => {
    const out = new PacketWriter(1).uint(1, 1).end();
    const before = out.checkpoint();
    out.uint(2, 1).end().uint(3, 1);
    out.restore(before);
    out.uint(4, 1).end();
    const packets = createFramer().feed(out.finish(), 100);
    expect(packets.map(packet => [packet.sequence, ...packet.payload])).toEqual([
      [1, 1],
      [2, 4],
    ]);
  });
});

describe('a framer', () => {
  it('finds the same packets however the stream was cut', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(parts, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (payloads, cuts) => {
        const out = new PacketWriter(0);
        for (const bytes of payloads) out.bytes(bytes).end();
        const stream = out.finish();
        const framer = createFramer();
        const found: number[][] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const length = cuts[i % cuts.length] ?? 1;
          for (const packet of framer.feed(stream.subarray(at, at + length), maxPayload))
            found.push([...packet.payload]);
          at += length;
        }
        expect(found).toEqual(payloads.map(bytes => [...bytes]));
      }),
    );
  });

  it('refuses a packet by its header, before its bytes have come', () => {
    expect(() => createFramer().feed(Buffer.from([0xff, 0xff, 0xff, 0]), maxPayload)).toThrow(MysqlError);
    expect(() => createFramer().feed(Buffer.from([0, 1, 0, 0]), 256)).toThrow(MysqlError);
    expect(createFramer().feed(Buffer.from([255, 0, 0, 0]), 256)).toEqual([]);
  });
});
