import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, widthOf } from '../../src/plain/line.ts';
import { meterLines, meterSentence, meterStrip } from '../../src/plain/meter-lines.ts';
import { followMeters, type MeterView } from '../../src/plain/meters.ts';
import { loadResult } from '../lab/fake-stack.ts';
import { order, window } from '../tui/lab/loads.ts';

/** Four seconds at 200/s, the last two of which fail as they are told to. */
const view = (failed: Record<string, number> = {}): MeterView => {
  let now = followMeters(undefined, { type: 'begun', order });
  const bad = Object.values(failed).reduce((sum, count) => sum + count, 0);
  for (let at = 0; at < 16; at++)
    now = followMeters(now, {
      type: 'window',
      window: window(at * 250, at < 8 ? { served: 50 } : { served: 50 - bad, failed }),
    });
  return now;
};

const ended = (from: MeterView): MeterView => followMeters(from, { type: 'ended', result: loadResult() });
const texts = (lines: ReturnType<typeof meterLines>): string[] => lines.map(row => textOf(row).trimEnd());

describe('the meters', () => {
  it('show each measure with its course', () => {
    expect(texts(meterLines(view(), { width: 60 }))).toEqual([
      'load 200/s on /guestbook  4 s of 120 s',
      'sent         200/s  ████',
      'served       200/s  ████',
      'failed         0/s  ▁▁▁▁',
      '  nobody failed',
      'p50          40 ms  ████',
      'p95          40 ms  ████',
      'p99          40 ms  ████',
      'available    100 %  ████',
      'error budget used 0 %: at 99.9 % 24 of 24,000 may fail, 0',
      'did',
    ]);
  });

  it('say why visitors failed, the most frequent reason first, and how much of the budget is used', () => {
    const lines = texts(meterLines(view({ refused: 1, '502 from web': 2 }), { width: 80 }));
    expect(lines).toContain('  502 from web 8/s, refused 4/s');
    expect(lines).toContain('failed        12/s  ▁▁▂▂');
    expect(lines.at(-1)).toBe('error budget used 100 %: at 99.9 % 24 of 24,000 may fail, 24 did');
  });

  it('count the reasons that find no room', () => {
    const lines = texts(meterLines(view({ refused: 3, '502 from web': 2, timeout: 1 }), { width: 30 }));
    expect(lines).toContain('  refused 12/s, 2 more');
  });

  it('go on to show what came of a load', () => {
    const lines = texts(meterLines(ended(view({ refused: 5 })), { width: 80 }));
    expect(lines[0]).toBe('load 200/s on /guestbook  is over');
    expect(lines[1]).toMatch(/^sent {11}800 /);
    expect(lines[2]).toMatch(/^served {9}760 /);
    expect(lines[3]).toMatch(/^failed {10}40 /);
    expect(lines[4]).toBe('  refused 40');
  });

  it('remember in a good second that there were worse', () => {
    let now = view({ refused: 5 });
    for (let at = 16; at < 24; at++)
      now = followMeters(now, { type: 'window', window: window(at * 250, { served: 50 }) });
    expect(texts(meterLines(now, { width: 60 }))).toContain('  before: refused 40');
  });
});

it.each([
  ['one-line', false],
  ['chart', true],
] as const)(
  '%s meters are never wider than they may be, and need ASCII alone where there is no more',
  (_, charts) => {
    const any = fc.dictionary(
      fc.constantFrom('refused', '502 from web', 'timeout'),
      fc.integer({ min: 1, max: 16 }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 110 }),
        fc.boolean(),
        fc.boolean(),
        any,
        (width, ascii, over, failed) => {
          const of = over ? ended(view(failed)) : view(failed);
          for (const row of [
            ...meterLines(of, { width, ascii, charts }),
            ...meterStrip(of, { width, ascii }),
          ]) {
            expect(widthOf(row)).toBeLessThanOrEqual(width);
            if (ascii) expect(textOf(row)).toMatch(/^[ -~]*$/);
          }
          expect(meterStrip(of, { width, ascii })).toHaveLength(2);
        },
      ),
      { numRuns: 60 },
    );
  },
);

it('one sentence tells the same', () => {
  expect(meterSentence(view({ '503 from app': 10 }))).toBe(
    'load 200/s on /guestbook, 4 s of 120 s: 160/s served, 40/s failed (503 from app 40/s), ' +
      'p50 40 ms, p95 40 ms, p99 40 ms, available 90.00 %, ' +
      'error budget used 333 %: at 99.9 % 24 of 24,000 may fail, 80 did',
  );
});
