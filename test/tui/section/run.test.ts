import { expect, it } from 'vitest';
import { parseLab } from '../../../src/lab/parse.ts';
import type { LineResult } from '../../../src/lab/run.ts';
import type { Trace } from '../../../src/stack/browser/trace.ts';
import { followRuns, type Run, requestOf } from '../../../src/tui/section/run.ts';
import { resolution, trace } from '../../lab/fake-stack.ts';

const { lines } = parseLab('request /a\nrequest /b => ?\nrequest /c\nresolve www.foobar.com');
const traces: Trace[] = ['/a', '/b', '/c'].map(url => trace({ url }));
const results = lines.map((line, index): LineResult => {
  const request = traces[index];
  const observed = request
    ? ({ kind: 'request', trace: request } as const)
    : ({ kind: 'resolve', resolution: resolution() } as const);
  return { line, ok: true, summary: '', observed };
});

const run = (of: readonly LineResult[]): Run => ({ state: 'done', results: of });

it('is about the request that is asked about, or else about the last one', () => {
  expect(requestOf(run(results))?.url).toBe('/b');
  expect(requestOf(run(results.slice(2)))?.url).toBe('/c');
  expect(requestOf(run(results.slice(3)))).toBeUndefined();
});

it('forgets what a run had found when it begins anew', () => {
  const [result] = results;
  if (!result) throw new Error('no result');
  const once = followRuns(followRuns({}, 2, { type: 'begin' }), 2, { type: 'result', result });
  expect(once[2]?.results).toEqual([result]);
  const cancelled = followRuns(once, 2, { type: 'cancelled' });
  expect(cancelled[2]).toEqual({ state: 'cancelled', results: [result] });
  expect(followRuns(cancelled, 2, { type: 'begin' })[2]).toEqual({ state: 'running', results: [] });
});
