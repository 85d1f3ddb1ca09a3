import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataText, recordText, type ZoneRecord } from '../../../../src/stack/parts/dns/record.ts';
import { ZoneError } from '../../../../src/stack/parts/dns/zone.ts';
import { zoneFile } from '../../../../src/stack/parts/dns/zone-file.ts';
import { firstLine, parse, zone, zoneText } from './zones.ts';

/** The records behind those of zoneText, as `name ttl type data`. */
const records = (...lines: string[]): string[] =>
  zone(...lines)
    .records.slice(3)
    .map(record => `${record.name} ${record.ttl} ${record.type} ${dataText(record)}`);

const problem = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ZoneError);
    return (error as ZoneError).message;
  }
  throw new Error('the zone was accepted');
};

const problemOf = (...lines: string[]): string => problem(zoneText(...lines));

describe('names and layout', () => {
  it('completes relative names and keeps absolute ones', () => {
    expect(records('www A 8.8.8.8', 'a.b.foobar.com. A 1.2.3.4', '@ A 8.8.8.8')).toEqual([
      'www.foobar.com 300 A 8.8.8.8',
      'a.b.foobar.com 300 A 1.2.3.4',
      'foobar.com 300 A 8.8.8.8',
    ]);
  });

  it('lets a line that begins with a blank belong to the name before', () => {
    expect(records('www A 8.8.8.8', '    TXT "x"', '\tAAAA 2001:DB8::1')).toEqual([
      'www.foobar.com 300 A 8.8.8.8',
      'www.foobar.com 300 TXT "x"',
      'www.foobar.com 300 AAAA 2001:db8::1',
    ]);
  });

  it('reads names without regard to case and stores them in lower case', () => {
    expect(records('WWW.FooBar.COM. in a 8.8.8.8')).toEqual(['www.foobar.com 300 A 8.8.8.8']);
  });

  it('changes the origin with $ORIGIN, also to a relative one', () => {
    expect(records('$ORIGIN shop', 'www A 8.8.8.8', '@ A 8.8.4.4')).toEqual([
      'www.shop.foobar.com 300 A 8.8.8.8',
      'shop.foobar.com 300 A 8.8.4.4',
    ]);
  });

  it('joins lines between parentheses and drops comments in them', () => {
    expect(records('mail MX ( 10 ; preference', '  mx1 )', 'mx1 A 8.8.8.8')).toEqual([
      'mail.foobar.com 300 MX 10 mx1.foobar.com.',
      'mx1.foobar.com 300 A 8.8.8.8',
    ]);
  });

  it('accepts CRLF, a byte order mark and a file without a last line end', () => {
    const text = `\uFEFF${zoneText('www A 8.8.8.8').replaceAll('\n', '\r\n').trimEnd()}`;
    expect(parse(text).records).toHaveLength(4);
  });

  it('knows names that only have names below them', () => {
    expect(zone('a.b A 8.8.8.8').nodes.get('b.foobar.com')).toEqual([]);
  });
});

describe('TTL and class', () => {
  it.each([
    ['www 60 IN A 8.8.8.8', 60],
    ['www IN 60 A 8.8.8.8', 60],
    ['www 60 A 8.8.8.8', 60],
    ['www 1h30m A 8.8.8.8', 5400],
    ['www 1W2D A 8.8.8.8', 777_600],
    ['www IN A 8.8.8.8', 300],
    ['www 0 A 8.8.8.8', 0],
  ])('%s', (line, ttl) => {
    expect(zone(line).records.at(-1)?.ttl).toBe(ttl);
  });

  it('takes the last stated TTL when there is no $TTL', () => {
    const text = '@ 90 IN SOA ns1 host 1 2 3 4 5\n@ NS ns1\nns1 A 1.2.3.4\n';
    expect(parse(text).records.map(({ ttl }) => ttl)).toEqual([90, 90, 90]);
  });
});

describe('texts', () => {
  it.each([
    ['"v=1; a b"', 'v=1; a b'],
    ['"say \\"hi\\""', 'say "hi"'],
    ['"\\195\\188"', 'ü'],
    ['"ü"', 'ü'],
    ['plain', 'plain'],
    ['""', ''],
  ])('TXT %s', (written, text) => {
    expect(zone(`t TXT ${written}`).records.at(-1)?.data).toEqual([Buffer.from(text)]);
  });

  it('keeps several texts apart', () => {
    expect(records('t TXT "a" b "c d"')).toEqual(['t.foobar.com 300 TXT "a" "b" "c d"']);
  });
});

it('counts equal records once', () => {
  expect(records('www A 8.8.8.8', 'www.foobar.com. A 8.8.8.8', 'www A 8.8.4.4')).toEqual([
    'www.foobar.com 300 A 8.8.8.8',
    'www.foobar.com 300 A 8.8.4.4',
  ]);
});

describe('problems name the line and what is expected', () => {
  it.each([
    ['www A 8.8.8', '"8.8.8" is no IPv4 address such as 8.8.8.8'],
    ['www A 2001:db8::1', '"2001:db8::1" is no IPv4 address such as 8.8.8.8; IPv6 is for AAAA'],
    ['www AAAA 8.8.8.8', '"8.8.8.8" is no IPv6 address such as 2001:db8::1; IPv4 is for A'],
    ['www A', 'A takes one IPv4 address, but nothing follows'],
    ['www A 8.8.8.8 8.8.4.4', 'A takes one IPv4 address, but "8.8.8.8 8.8.4.4" follows'],
    ['www CNAME 8.8.8.8', 'CNAME takes a name, but 8.8.8.8 is an address; addresses are for A records'],
    [
      'www 8.8.8.8',
      'unknown record type "8.8.8.8", known are A, AAAA, CNAME, MX, NS, SOA, TXT; the type stands before the address',
    ],
    [
      ' wwww A 8.8.8.8',
      'unknown record type "wwww", known are A, AAAA, CNAME, MX, NS, SOA, TXT; a name begins in the first column',
    ],
    ['www HINFO x y', 'unknown record type "HINFO", known are A, AAAA, CNAME, MX, NS, SOA, TXT'],
    ['www', 'a record type is missing, such as A or CNAME'],
    ['www 5x A 8.8.8.8', '"5x" is no TTL: seconds up to 2147483647, or with units such as 5m, 1h30m, 2d'],
    [
      'www 2147483648 A 8.8.8.8',
      '"2147483648" is no TTL: seconds up to 2147483647, or with units such as 5m, 1h30m, 2d',
    ],
    ['www CH A 8.8.8.8', 'class CH is not served here; the class of the internet is IN'],
    ['www.example.org. A 8.8.8.8', 'www.example.org is not inside the zone foobar.com'],
    ['wwwfoobar.com. A 8.8.8.8', 'wwwfoobar.com is not inside the zone foobar.com'],
    ['a..b A 8.8.8.8', '"a..b" is no name: there is nothing between two dots'],
    ['w+w A 8.8.8.8', '"w+w" is no name: it takes letters, digits and "-" between dots'],
    [
      'bücher A 8.8.8.8',
      '"bücher" is no name: it takes letters, digits and "-" between dots; other letters are written in their "xn--" form',
    ],
    [
      `${'a'.repeat(64)} A 8.8.8.8`,
      `"${'a'.repeat(64)}" is too long: 63 characters between two dots are the most`,
    ],
    [
      `${'abcdefg.'.repeat(31)}ab A 8.8.8.8`,
      `"${'abcdefg.'.repeat(31)}ab" is too long: a name has at most 253 characters`,
    ],
    ['www TXT "open', 'a text begins with " but has no " at its end'],
    [
      `t TXT "${'x'.repeat(256)}"`,
      'a text of a TXT record holds up to 255 bytes; write a longer one as several: "first" "second"',
    ],
    ['t TXT', 'TXT takes at least one text in quotes'],
    ['t TXT a\\999', '"\\999": a byte is written as three digits from \\000 to \\255'],
    ['t TXT a\\', '"\\" stands for nothing at the end of a line'],
    ['mx MX mail', 'MX takes a preference and a name, such as "10 mail", but "mail" follows'],
    ['mx MX high mail', '"high" is no whole number from 0 to 65535'],
    ['www A ( 8.8.8.8', '"(" is never closed by a ")"'],
    ['www A 8.8.8.8 )', '")" without a "(" before it'],
    ['www A (( 8.8.8.8 ))', '"(" inside the "(" of line 6'],
    ['$INCLUDE /etc/passwd', '$INCLUDE is not supported here: the whole zone stands in one file'],
    ['$FOO x', 'unknown directive "$FOO", known are $ORIGIN and $TTL'],
    ['$TTL', '$TTL takes one value, such as "$TTL 300"'],
    ['$TTL soon', '"soon" is no TTL: seconds up to 2147483647, or with units such as 5m, 1h30m, 2d'],
    ['@ SOA ns1 host 1 2 3 4 5', 'a zone has one SOA record, and line 3 has it'],
    [
      '@ CNAME www',
      'foobar.com has a CNAME record, so it can have no other: a CNAME says "see there for everything"',
    ],
    [
      'sub NS ns9.foobar.com',
      'the name server ns9.foobar.com.foobar.com has no A or AAAA record in this zone; is the dot at the end of the name missing?',
    ],
  ])('%s', (line, message) => {
    expect(problemOf(line)).toBe(`foobar.com.zone:${firstLine}: ${message}`);
  });

  it('finds a second record beside a CNAME, in whatever order', () => {
    const message = 'has a CNAME record, so it can have no other: a CNAME says "see there for everything"';
    expect(problemOf('blog CNAME www', 'blog A 8.8.8.8')).toBe(
      `foobar.com.zone:7: blog.foobar.com ${message}`,
    );
    expect(problemOf('blog A 8.8.8.8', 'blog CNAME www')).toBe(
      `foobar.com.zone:7: blog.foobar.com ${message}`,
    );
    expect(problemOf('blog CNAME www', 'blog CNAME ns1')).toBe(
      `foobar.com.zone:7: blog.foobar.com ${message}`,
    );
  });

  it('finds different TTLs of one record set', () => {
    expect(problemOf('www 60 A 8.8.8.8', 'www 61 A 8.8.4.4')).toBe(
      'foobar.com.zone:7: the A records of www.foobar.com have different TTLs, 60 and 61',
    );
  });

  it.each([
    ['', 'foobar.com.zone:1: the SOA record of foobar.com is missing: every zone begins with one "@ IN SOA"'],
    [
      '$TTL 1\n@ SOA a b 1 2 3 4 5\n',
      'foobar.com.zone:2: foobar.com has no NS record: at least one name server must be named',
    ],
    [
      '$TTL 1\nx SOA a b 1 2 3 4 5\n',
      'foobar.com.zone:2: the SOA record belongs to foobar.com, not to x.foobar.com',
    ],
    [
      '$TTL 1\n@ SOA a b 1 2 3 4\n',
      'foobar.com.zone:2: SOA takes two names and five numbers (serial, refresh, retry, expire, minimum), but "a b 1 2 3 4" follows',
    ],
    ['$TTL 1\n@ SOA a b -1 2 3 4 5\n', 'foobar.com.zone:2: "-1" is no whole number from 0 to 4294967295'],
    ['$TTL 1\n@ SOA a b 1 2 x 4 5\n', 'foobar.com.zone:2: "x" is no time'],
    ['www A 8.8.8.8', 'foobar.com.zone:1: no TTL: write seconds before the type, or "$TTL 300" at the top'],
    [
      ' A 8.8.8.8',
      'foobar.com.zone:1: this line begins with a blank, so it belongs to the name before it, but there is none yet',
    ],
  ])('%j', (text, message) => {
    expect(problem(text)).toBe(message);
  });
});

describe('any text', () => {
  const fragments = fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          'www',
          '@',
          ' ',
          '\n',
          '(',
          ')',
          '"',
          ';',
          '\\',
          '\r',
          '\0',
          '$TTL',
          '$ORIGIN',
          'A',
          'TXT',
          'SOA',
          'NS',
          '.',
          'IN',
          '300',
          '8.8.8.8',
          'ü',
          '\u2028',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    { maxLength: 60 },
  );

  it('is a zone or a ZoneError, never something else', () => {
    fc.assert(
      fc.property(fragments, fc.boolean(), (parts, behindZone) => {
        const text = (behindZone ? zoneText() : '') + parts.join('');
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ZoneError);
          expect((error as ZoneError).line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a written record', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const name = fc
    .array(label, { minLength: 1, maxLength: 3 })
    .map(labels => `${labels.join('.')}.foobar.com`);
  const bytes = fc.uint8Array({ maxLength: 255 }).map(array => Buffer.from(array));
  const data = fc.oneof(
    fc.ipV4().map(address => ({ type: 'A' as const, data: address })),
    fc.ipV6().map(address => ({ type: 'AAAA' as const, data: address.toLowerCase() })),
    fc.array(bytes, { minLength: 1, maxLength: 4 }).map(texts => ({ type: 'TXT' as const, data: texts })),
    fc.record({ preference: fc.nat(0xffff), exchange: name }).map(mx => ({ type: 'MX' as const, data: mx })),
    name.map(target => ({ type: 'CNAME' as const, data: `target.${target}` })),
  );
  // Each on a name of its own, so that no record set or CNAME rule is broken.
  const written = fc
    .array(fc.record({ name, ttl: fc.nat(2 ** 31 - 1), data }), { maxLength: 8 })
    .map(list =>
      list.map(
        ({ name: below, ttl, data: typed }, i): ZoneRecord => ({ name: `n${i}.${below}`, ttl, ...typed }),
      ),
    );

  it('reads back as the same record', () => {
    fc.assert(
      fc.property(written, list => {
        expect(zone(...list.map(recordText)).records.slice(3)).toMatchObject(list);
      }),
      { numRuns: 500 },
    );
  });
});

it('the generated zone file states the facts', () => {
  const facts = { origin: 'foobar.com', nameServers: ['192.0.2.53'], apex: '8.8.8.8', www: '8.8.8.8' };
  const text = zoneFile(facts);
  expect(parse(text).records.map(recordText)).toEqual([
    'foobar.com. 300 IN SOA ns1.foobar.com. hostmaster.foobar.com. 1 3600 600 604800 60',
    'foobar.com. 300 IN NS ns1.foobar.com.',
    'ns1.foobar.com. 300 IN A 192.0.2.53',
    'foobar.com. 300 IN A 8.8.8.8',
    'www.foobar.com. 300 IN A 8.8.8.8',
    'blog.foobar.com. 300 IN CNAME www.foobar.com.',
    'foobar.com. 300 IN TXT "owner=foobar; site=www"',
  ]);
  const more = zoneFile({ ...facts, nameServers: ['192.0.2.53', '198.51.100.53'], www: '203.0.113.10' });
  expect(parse(more).records.map(recordText)).toEqual(
    expect.arrayContaining([
      'foobar.com. 300 IN NS ns2.foobar.com.',
      'ns2.foobar.com. 300 IN A 198.51.100.53',
      'foobar.com. 300 IN A 8.8.8.8',
      'www.foobar.com. 300 IN A 203.0.113.10',
    ]),
  );
  expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
});
