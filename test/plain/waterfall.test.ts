import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidence } from '../../src/plain/evidence.ts';
import { textOf, widthOf } from '../../src/plain/line.ts';
import { placeHops, waterfall } from '../../src/plain/waterfall.ts';
import type { Hop } from '../../src/stack/browser/trace.ts';
import { badGateway, guestbook } from '../tui/fake-stack.ts';
import { chained } from './chained.ts';
import { handshake } from './handshakes.ts';

const drawn = (width: number, ascii = false) => waterfall(guestbook, { width, ascii }).map(textOf);

/** Columns of the bar of a hop: first, and behind the last. */
const barOf = (rows: readonly string[], hop: string): [number, number] => {
  const row = rows.find(text => text.trimStart().startsWith(`${hop} `)) ?? '';
  const bar = /[█▒▏]+/.exec(row);
  if (!bar) throw new Error(`${hop} has no bar: ${row}`);
  return [bar.index, bar.index + bar[0].length];
};

describe('hops inside the server', () => {
  it('are centred in the hop that contains them, because their start is not measured', () => {
    const placed = placeHops(guestbook);
    const web = placed.find(({ hop }) => hop.part === 'web');
    const app = placed.find(({ hop }) => hop.part === 'app');
    expect(web?.startMs).toBeCloseTo(3.8 + (44.3 - 42) / 2);
    expect(app?.startMs).toBeCloseTo((web?.startMs ?? 0) + (42 - 40.1) / 2);
    expect(placed.map(({ measured }) => measured)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(placed.map(({ depth }) => depth)).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
  });

  it('begin with the hop that contains them where they report more time than that', () => {
    const hops = guestbook.hops.map(hop => (hop.part === 'web' ? { ...hop, durationMs: 50 } : hop));
    const web = placeHops({ ...guestbook, hops }).find(({ hop }) => hop.part === 'web');
    expect(web?.startMs).toBe(3.8);
  });

  it('stay inside it on screen, drawn with a sign of their own that is explained', () => {
    const rows = drawn(60);
    const [start, end] = barOf(rows, 'http');
    const [from, to] = barOf(rows, 'db');
    expect(from).toBeGreaterThan(start);
    expect(to).toBeLessThan(end);
    expect(rows.find(text => /^ +app /.test(text))).toContain('▒');
    expect(rows.join(' ')).toContain('not when');
  });
});

it('draws the hops of the browser one behind the other', () => {
  const rows = drawn(60);
  expect(barOf(rows, 'dns')[0]).toBeLessThan(barOf(rows, 'tcp')[0]);
  expect(barOf(rows, 'tcp')[0]).toBeLessThanOrEqual(barOf(rows, 'http')[0]);
});

it('says who answered, and how, without colour', () => {
  expect(drawn(60)[1]).toBe('✔ 200 from app in 48 ms');
  expect(textOf(waterfall(badGateway, { width: 60 })[1] ?? [])).toBe('✘ 502 from web in 5.1 ms');
});

it('is never wider than it may be, and plain ASCII where that is asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 120 }), fc.boolean(), (width, ascii) => {
      for (const row of waterfall(guestbook, { width, ascii })) {
        expect(widthOf(row)).toBeLessThanOrEqual(width);
        if (ascii) expect(textOf(row)).toMatch(/^[ -~]*$/);
      }
    }),
  );
});

it('tells what each part said, without letting it drive the terminal', () => {
  const [first] = guestbook.hops.slice(-1);
  if (first?.part !== 'db') throw new Error('the last hop is not the database');
  const queries = [{ statement: "SELECT '\u001b[2J\u0007'", durationMs: 1, rows: 1 }];
  const text = evidence({ ...guestbook, hops: [{ ...first, queries }] })
    .map(textOf)
    .join('\n');
  expect(text).toContain("db    SELECT '");
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

describe('a request through several proxies', () => {
  it('has each of them inside of the one that waits for it', () => {
    const inside = placeHops(chained).filter(({ measured }) => !measured);
    expect(inside.map(({ hop, depth }) => `${depth} ${hop.part}`)).toEqual([
      '1 cdn',
      '2 balancer',
      '3 cache',
      '4 web',
      '5 app',
      '6 db',
    ]);
  });

  it.each([60, 76, 116])('fits into %i columns, and says what each did', width => {
    const rows = waterfall(chained, { width });
    expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(width);
    const text = rows.map(textOf).join('\n');
    expect(text).toMatch(/^ {2}balancer /m);
    if (width >= 76) expect(text).toMatch(/MISS, asked 8\.8\.8\.8:80 [\s\S]*EXPIRED, 3rd try: serv/);
    expect(evidence(chained, width).every(row => widthOf(row) <= width)).toBe(true);
  });
});

describe('a handshake', () => {
  const hops = guestbook.hops.flatMap((hop): Hop[] =>
    hop.part === 'http' ? [handshake({ startMs: 3.7 }), { ...hop, startMs: 8 }] : [hop],
  );

  it.each([60, 80, 120])('has a bar between TCP and HTTP at %i columns', width => {
    const rows = waterfall({ ...guestbook, hops, durationMs: 52.4 }, { width }).map(textOf);
    expect(Math.max(...rows.map(row => row.length))).toBeLessThanOrEqual(width);
    expect(rows.map(row => row.trimStart().split(' ')[0]).join(' ')).toContain('tcp tls http web');
    const [tlsStart] = barOf(rows, 'tls');
    expect(tlsStart).toBeGreaterThanOrEqual(barOf(rows, 'tcp')[0]);
    expect(barOf(rows, 'http')[0]).toBeGreaterThan(tlsStart);
  });

  it('is the last row when it fails, and the outcome says why', () => {
    const failed = { ...guestbook, outcome: 'tls-name', failure: 'tls-name' as const, message: 'not for it' };
    const upTo = hops.slice(
      0,
      hops.findIndex(({ part }) => part === 'http'),
    );
    const last = upTo.map(hop => (hop.part === 'tls' ? { ...hop, failure: 'tls-name' as const } : hop));
    const rows = waterfall({ ...failed, hops: last, durationMs: 8 }, { width: 80 }).map(textOf);
    expect(rows[1]).toBe('✘ tls-name in 8.0 ms');
    expect(rows[2]).toBe('not for it');
    expect(rows.at(-1)).toMatch(/^tls {3}failed: tls-name .*█.* 4\.2 ms$/);
  });
});
