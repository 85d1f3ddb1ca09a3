import { type DecodedPacket, decode, encode, type OptAnswer, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serve, type Transport } from '../../../../src/stack/parts/dns/message.ts';
import { zone } from './zones.ts';

const long = `"${'x'.repeat(250)}"`;
const served = zone(
  'www A 8.8.8.8',
  `mid TXT ${long} ${long} ${long}`,
  ...Array.from({ length: 30 }, (_, i) => `big TXT "${i}" ${long}`),
  ...Array.from({ length: 300 }, (_, i) => `huge TXT "${i}" ${long}`),
  '*.wild A 192.0.2.7',
  // Its answer fits into 512 bytes only without the addresses.
  ...Array.from({ length: 9 }, (_, i) => [`ns NS host${i}`, `host${i} A 192.0.2.${i}`]).flat(),
);

const opt = (udpPayloadSize: number, more: Partial<OptAnswer> = {}): OptAnswer => ({
  name: '.',
  type: 'OPT',
  udpPayloadSize,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
  ...more,
});

const query = (packet: Packet): Buffer => encode({ type: 'query', id: 4711, ...packet });
const question = (name: string, type: 'A' | 'TXT' | 'NS' = 'A') => [{ name, type, class: 'IN' as const }];

type Decoded = DecodedPacket & { rcode: string };
const send = (bytes: Buffer, transport: Transport = 'udp') => {
  const result = serve(bytes, served, transport, () => 0);
  return result && { ...result, packet: decode(result.bytes) as Decoded };
};
const get = (packet: Packet, transport: Transport = 'udp') => {
  const result = send(query(packet), transport);
  if (!result) throw new Error('no answer');
  return result;
};

describe('an answer', () => {
  it('has the id, the question byte by byte, AA, RD as it was asked and never RA', () => {
    const asked = query({ flags: 0x0100, questions: question('wWw.FooBar.com') });
    const result = send(asked);
    expect(result?.bytes.subarray(12, asked.length)).toEqual(asked.subarray(12));
    expect(result?.packet).toMatchObject({
      id: 4711,
      flag_qr: true,
      flag_aa: true,
      flag_rd: true,
      flag_ra: false,
      flag_tc: false,
      rcode: 'NOERROR',
      answers: [{ name: 'wWw.FooBar.com', type: 'A', ttl: 300, data: '8.8.8.8' }],
    });
    expect(get({ questions: question('www.foobar.com') }).packet.flag_rd).toBe(false);
  });

  it('has an OPT record only when the question had one, with DO as it came', () => {
    expect(get({ questions: question('www.foobar.com') }).packet.additionals).toEqual([]);
    const withOpt = get({
      questions: question('www.foobar.com'),
      additionals: [opt(1232, { flags: 0x8000 })],
    });
    expect(withOpt.packet.additionals).toMatchObject([{ type: 'OPT', ednsVersion: 0, flag_do: true }]);
  });

  it('is BADVERS to an EDNS version that nobody knows yet', () => {
    const { packet, summary } = get({
      questions: question('www.foobar.com'),
      additionals: [opt(1232, { ednsVersion: 1 })],
    });
    expect(packet).toMatchObject({ answers: [], additionals: [{ extendedRcode: 1, ednsVersion: 0 }] });
    expect(summary).toBe('www.foobar.com. A -> BADVERS');
  });
});

describe('over UDP', () => {
  it.each([
    ['mid', undefined, true],
    ['mid', 600, true],
    ['mid', 900, false],
    ['mid', 100, true],
    ['big', 4096, true],
    ['big', 65_535, true],
  ])('%s with a client that takes %s bytes is truncated: %s', (name, size, truncated) => {
    const additionals = size === undefined ? [] : [opt(size)];
    const { packet, bytes } = get({ questions: question(`${name}.foobar.com`, 'TXT'), additionals });
    expect(packet.flag_tc).toBe(truncated);
    expect(packet.answers).toHaveLength(truncated ? 0 : 1);
    expect(packet.questions).toHaveLength(1);
    expect(bytes.length).toBeLessThanOrEqual(Math.max(size ?? 0, 512));
  });

  it('leaves out addresses before it truncates', () => {
    const plain = get({ questions: question('x.ns.foobar.com') }).packet;
    expect([plain.flag_tc, plain.authorities?.length, plain.additionals?.length]).toEqual([false, 9, 0]);
    const roomy = get({ questions: question('x.ns.foobar.com'), additionals: [opt(4096)] }).packet;
    expect(roomy.additionals?.length).toBe(10);
  });
});

describe('over TCP', () => {
  it('is whole', () => {
    const { packet } = get({ questions: question('big.foobar.com', 'TXT') }, 'tcp');
    expect([packet.flag_tc, packet.answers?.length]).toEqual([false, 30]);
  });

  it('is SERVFAIL when no message can hold it', () => {
    expect(get({ questions: question('huge.foobar.com', 'TXT') }, 'tcp').packet.rcode).toBe('SERVFAIL');
  });
});

describe('what is no ordinary question', () => {
  it.each([
    ['NOTIFY', query({ flags: 4 << 11, questions: question('foobar.com') }), 'NOTIMP'],
    ['UPDATE with a broken rest', Buffer.concat([query({ flags: 5 << 11 }), Buffer.from('rest')]), 'NOTIMP'],
    ['no question', query({}), 'FORMERR'],
    [
      'two questions',
      query({ questions: [...question('a.foobar.com'), ...question('b.foobar.com')] }),
      'FORMERR',
    ],
    [
      'two OPT records',
      query({ questions: question('a.foobar.com'), additionals: [opt(512), opt(512)] }),
      'FORMERR',
    ],
    ['a question that is cut', query({ questions: question('www.foobar.com') }).subarray(0, 20), 'FORMERR'],
    [
      'a header alone that promises much',
      Buffer.from('126700000000ffffffffffff', 'hex').subarray(0, 12),
      'FORMERR',
    ],
    [
      'a label with a dot',
      query({ questions: question('wwwxfoobar.com') }).map(byte => (byte === 0x78 ? 0x2e : byte)),
      'FORMERR',
    ],
    [
      'a label that is no text',
      query({ questions: question('x.wild.foobar.com') }).map(byte => (byte === 0x78 ? 0xff : byte)),
      'FORMERR',
    ],
  ])('%s', (_, bytes, rcode) => {
    const packet = send(Buffer.from(bytes))?.packet;
    expect(packet?.rcode).toBe(rcode);
    expect(packet?.id).toBe(Buffer.from(bytes).readUInt16BE(0));
  });

  it('gets nothing when it has no whole header or is an answer itself', () => {
    expect(send(Buffer.alloc(11))).toBeUndefined();
    expect(send(encode({ type: 'response', id: 1, questions: question('www.foobar.com') }))).toBeUndefined();
  });
});

describe('whatever comes', () => {
  const valid = query({ questions: question('www.foobar.com'), additionals: [opt(1232)] });
  const mutated = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 })
    .chain(changes => fc.nat(valid.length).map(length => ({ changes, length })))
    .map(({ changes, length }) => {
      const bytes = Buffer.from(valid);
      for (const [at, byte] of changes) bytes[at] = byte;
      return length < 12 ? bytes : bytes.subarray(0, length);
    });
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 600 }).map(array => Buffer.from(array)),
    mutated,
  );

  it('never throws, and answers with a readable message of the same id', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom<Transport>('udp', 'tcp'), (bytes, transport) => {
        const result = send(bytes, transport);
        if (bytes.length < 12 || (bytes[2] as number) >= 0x80) expect(result).toBeUndefined();
        else expect(result?.packet).toMatchObject({ id: bytes.readUInt16BE(0), flag_qr: true });
        expect(result?.summary ?? '').toMatch(/^[ -~]*$/);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the query log', () => {
  it.each([
    ['www.foobar.com', 'A', 'www.foobar.com. A -> NOERROR: A 8.8.8.8'],
    ['www.foobar.com', 'TXT', 'www.foobar.com. TXT -> NOERROR, no such record (NODATA)'],
    ['nope.foobar.com', 'A', 'nope.foobar.com. A -> NXDOMAIN'],
    ['example.org', 'A', 'example.org. A -> REFUSED'],
    ['x.ns.foobar.com', 'A', 'x.ns.foobar.com. A -> NOERROR: ask the servers below'],
    ['big.foobar.com', 'TXT', 'big.foobar.com. TXT -> NOERROR, too long for UDP: ask again over TCP'],
    ['a\n\u001b[31m.foobar.com', 'A', 'a\\010\\027[31m.foobar.com. A -> NXDOMAIN'],
  ] as const)('%j %s', (name, type, line) => {
    expect(get({ questions: question(name, type) }).summary).toBe(line);
  });
});
