import { encode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { sign, verify } from '../../../../src/stack/parts/dns/tsig.ts';

const key = { name: 'transfer', secret: Buffer.from('secret').toString('base64') };
const message = encode({
  type: 'query',
  id: 7,
  questions: [{ name: 'foobar.com', type: 'AXFR', class: 'IN' }],
});

describe('a signature', () => {
  it('is found again, and the message as it was', () => {
    const { bytes, mac } = sign(message, key);
    expect(verify(bytes, key)).toEqual({ message, mac });
  });

  it('fits no other key, no other name of it, and no unsigned message', () => {
    const { bytes } = sign(message, key);
    expect(verify(bytes, { ...key, secret: Buffer.from('Secret').toString('base64') })).toBeUndefined();
    expect(verify(bytes, { ...key, name: 'transfed' })).toBeUndefined();
    expect(verify(message, key)).toBeUndefined();
  });

  it('fits no message in which one bit is another', () => {
    const { bytes } = sign(message, key);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), bit => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const found = verify(changed, key);
        // What is not signed: letters of names in another case, and the original id, error and rest behind the MAC.
        if (found) expect(found.message.equals(message)).toBe(true);
      }),
    );
  });

  it('builds on what went before', () => {
    const question = sign(message, key);
    const first = sign(message, key, { mac: question.mac });
    const second = sign(message, key, { mac: first.mac, later: true });
    expect(verify(first.bytes, key, { mac: question.mac })?.mac).toEqual(first.mac);
    expect(verify(second.bytes, key, { mac: first.mac, later: true })?.mac).toEqual(second.mac);
    expect(verify(first.bytes, key)).toBeUndefined();
    expect(verify(second.bytes, key, { mac: question.mac, later: true })).toBeUndefined();
  });

  it('is too old after five minutes', () => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    try {
      const { bytes } = sign(message, key);
      vi.setSystemTime(1_800_000_300_000);
      expect(verify(bytes, key)).toBeDefined();
      vi.setSystemTime(1_800_000_301_000);
      expect(verify(bytes, key)).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});

it('any bytes are no reason to fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => verify(Buffer.from(bytes), key) === undefined),
  );
});
