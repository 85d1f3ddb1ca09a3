import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/lab/judge.ts';
import { type Observed, parseExpectation } from '../../src/lab/language.ts';
import { details, summarize } from '../../src/lab/observed.ts';
import { judgeOptions } from '../../src/lab/predict.ts';
import { failures } from '../../src/stack/browser/trace.ts';
import { failedTrace, partStatus, resolution, sqlResult, trace } from './fake-stack.ts';

const expectation = (text: string) => {
  const parsed = parseExpectation(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};

const answered = (status: number, from: 'web' | 'app' = 'app'): Observed => ({
  kind: 'request',
  trace: trace({ status, from, outcome: `${status} from ${from}` }),
});

const observations = {
  'page of the app': answered(200),
  'file of the web server': {
    kind: 'request',
    trace: trace({ from: 'web', outcome: '200 from web', via: ['dns', 'web'] }),
  },
  redirect: answered(303),
  'not found': answered(404),
  'bad gateway': {
    kind: 'request',
    trace: trace({ status: 502, from: 'web', outcome: '502 from web', via: ['dns', 'web'] }),
  },
  'early hint': answered(103),
  'name found': { kind: 'resolve', resolution: resolution() },
  rows: { kind: 'sql', result: sqlResult() },
  change: { kind: 'sql', result: sqlResult({ columns: [], rows: [], affected: 1 }) },
  logs: { kind: 'logs', lines: ['a', 'b'] },
  status: { kind: 'status', parts: partStatus() },
  done: { kind: 'done', message: 'app stopped', durationMs: 12 },
  error: { kind: 'error', message: 'there is no part "apo"' },
} satisfies Record<string, Observed>;

const failed = Object.fromEntries(
  failures.map((failure): [string, Observed] => [
    `request: ${failure}`,
    { kind: 'request', trace: failedTrace(failure) },
  ]),
);
const unresolved = Object.fromEntries(
  (['nxdomain', 'nodata', 'dns-unreachable'] as const).map((outcome): [string, Observed] => [
    `name: ${outcome}`,
    { kind: 'resolve', resolution: resolution({ outcome, values: [] }) },
  ]),
);
const all: Record<string, Observed> = { ...observations, ...failed, ...unresolved };

/** Every observation for which the expectation holds; it must hold for no other. */
const table: Record<string, (keyof typeof all)[]> = {
  ok: [
    'page of the app',
    'file of the web server',
    'redirect',
    'name found',
    'rows',
    'change',
    'logs',
    'status',
    'done',
  ],
  failed: [...Object.keys(failed), ...Object.keys(unresolved), 'error'],
  nxdomain: ['request: nxdomain', 'name: nxdomain'],
  nodata: ['request: nodata', 'name: nodata'],
  'dns-unreachable': ['request: dns-unreachable', 'name: dns-unreachable'],
  refused: ['request: refused'],
  reset: ['request: reset'],
  timeout: ['request: timeout'],
  'tls-untrusted': ['request: tls-untrusted'],
  'tls-name': ['request: tls-name'],
  'tls-expired': ['request: tls-expired'],
  '200': ['page of the app', 'file of the web server'],
  '200 from app': ['page of the app'],
  '200 from web': ['file of the web server'],
  '200 from db': [],
  '303': ['redirect'],
  '404': ['not found'],
  '502': ['bad gateway'],
  '502 from web': ['bad gateway'],
  '502 from app': [],
  '8.8.8.8': [
    'page of the app',
    'file of the web server',
    'redirect',
    'not found',
    'bad gateway',
    'early hint',
    'name found',
    ...Object.keys(failed),
  ],
  '8.8.8.80': [],
  'via dns web': ['file of the web server', 'bad gateway'],
  'via dns web app db': ['page of the app', 'redirect', 'not found', 'early hint'],
  'via web dns': [],
  'via dns': Object.keys(failed),
  'rows = 2': ['rows'],
  'rows = 2, affected = 0': ['rows'],
  'rows = 0, affected = 1': ['change'],
  'rows = 2, affected = 1': [],
  'affected >= 0': ['rows', 'change'],
  'status = 502': ['bad gateway'],
  'status >= 400': ['not found', 'bad gateway'],
  'duration > 5ms': [
    'page of the app',
    'file of the web server',
    'redirect',
    'not found',
    'bad gateway',
    'early hint',
    'done',
    ...Object.keys(failed),
  ],
  'duration < 2s, duration > 0.02s, status < 300': [
    'page of the app',
    'file of the web server',
    'early hint',
  ],
  'p99 < 250ms': [],
  '?': Object.keys(all).filter(name => name !== 'error'),
};

describe('judge', () => {
  const pairs = Object.entries(table).flatMap(([text, holds]) =>
    Object.keys(all).map(name => [text, name, holds.includes(name)] as const),
  );
  test.each(pairs)('%s on %s: %s', (text, name, holds) => {
    expect(judge(expectation(text), all[name] as Observed).ok).toBe(holds);
  });

  test.each(Object.keys(all))('without an expectation, %s holds unless it could not be done', name => {
    expect(judge(undefined, all[name] as Observed)).toEqual({
      ok: name !== 'error',
      observed: summarize(all[name] as Observed),
    });
  });

  test.each([
    ['=', [false, true, false]],
    ['!=', [true, false, true]],
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
  ])('rows %s 2 for 1, 2 and 3 rows', (operator, expected) => {
    const found = [1, 2, 3].map(
      count =>
        judge(expectation(`rows ${operator} 2`), {
          kind: 'sql',
          result: sqlResult({ rows: Array.from({ length: count }, () => [1]) }),
        }).ok,
    );
    expect(found).toEqual(expected);
  });

  test('says what was expected and what was there instead', () => {
    expect(judge(expectation('502 from web'), observations['page of the app'])).toEqual({
      ok: false,
      expected: '502 from web',
      observed: '200 from app, via dns web app db, 43 ms',
    });
  });

  test('says which measure is missing', () => {
    expect(judge(expectation('duration < 1s, rows = 3'), observations['page of the app']).observed).toBe(
      '200 from app, via dns web app db, 43 ms; "rows" was not measured, only status, duration',
    );
    expect(judge(expectation('rows != 3'), observations.logs)).toMatchObject({
      ok: false,
      observed: '2 lines; "rows" was not measured, only lines',
    });
    expect(judge(expectation('rows != 3'), observations.status)).toMatchObject({
      ok: false,
      observed: expect.stringContaining('"rows" was not measured, nothing was'),
    });
    const noAnswer = { kind: 'request', trace: failedTrace('refused') } as const;
    expect(judge(expectation('status != 200'), noAnswer)).toMatchObject({
      ok: false,
      observed: 'refused, via dns, 43 ms; "status" was not measured, only duration',
    });
    expect(judge(expectation('constructor != 3'), observations.rows).ok).toBe(false);
  });

  test('counts the lines of a log', () => {
    expect(judge(expectation('lines = 2'), observations.logs).ok).toBe(true);
    expect(judge(expectation('lines >= 3'), observations.logs).ok).toBe(false);
    expect(parseExpectation('lines = 2ms')).toHaveProperty('problem');
  });

  test('knows an IPv6 address in each of its spellings', () => {
    const found: Observed = {
      kind: 'resolve',
      resolution: resolution({ type: 'AAAA', values: ['2001:db8::1'] }),
    };
    expect(judge(expectation('2001:DB8:0:0::1'), found).ok).toBe(true);
    expect(judge(expectation('2001:db8::2'), found).ok).toBe(false);
    const dialled: Observed = {
      kind: 'request',
      trace: trace({ hops: [{ part: 'tcp', address: '[2001:db8::1]:80', here: '', durationMs: 1 }] }),
    };
    expect(judge(expectation('2001:db8::1'), dialled).ok).toBe(true);
  });
});

describe('summarize', () => {
  test.each<[Observed, string]>([
    [{ kind: 'request', trace: failedTrace('nxdomain', []) }, 'nxdomain, 43 ms'],
    [observations['name found'], '8.8.8.8, 1.3 ms'],
    [unresolved['name: nodata'] as Observed, 'nodata, 1.3 ms'],
    [observations.rows, '2 rows, 2.5 ms'],
    [observations.change, '1 row affected, 2.5 ms'],
    [observations.logs, '2 lines'],
    [observations.status, 'dns running, web running, app running, db running'],
    [observations.done, 'app stopped, 12 ms'],
    [{ kind: 'done', durationMs: 12_345 }, 'done, 12.3 s'],
    [{ kind: 'done', durationMs: 9.96 }, 'done, 10 ms'],
    [{ kind: 'done', durationMs: 9999.4 }, 'done, 9999 ms'],
    [{ kind: 'done', durationMs: 9999.6 }, 'done, 10.0 s'],
    [{ kind: 'error', message: 'no \u001b[2Jpart\n' }, 'no \\u001b[2Jpart\\u000a'],
  ])('%j', (observed, summary) => {
    expect(summarize(observed)).toBe(summary);
  });
});

describe('details', () => {
  test('rows, as a table with its head', () => {
    const result = sqlResult({
      rows: [
        [1, 'a\u009bb\u202e\tc'],
        [2, null],
      ],
    });
    expect(details({ kind: 'sql', result })).toEqual([
      'id | name',
      '---+-----------------',
      ' 1 | a\\u009bb\\u202e c',
      ' 2 | NULL',
    ]);
    expect(details(observations.change)).toEqual([]);
  });

  test('rows in columns as wide as people see them, numbers at the right', () => {
    const result = sqlResult({
      columns: ['id', 'name', 'n'],
      rows: [
        ['9', '日本', 7],
        ['10', 'Ada', null],
      ],
    });
    expect(details({ kind: 'sql', result })).toEqual([
      'id | name |    n',
      '---+------+-----',
      ' 9 | 日本 |    7',
      '10 | Ada  | NULL',
    ]);
  });

  test('rows that are too wide: their widest column is wrapped, and at last each value gets a line', () => {
    const result = sqlResult({
      columns: ['id', 'message'],
      rows: [[1, 'a long message that is to be wrapped']],
    });
    const linesAt = (width: number) => details({ kind: 'sql', result }, width);
    expect(linesAt(41)[2]).toBe(' 1 | a long message that is to be wrapped');
    expect(linesAt(25)).toEqual([
      'id | message',
      '---+---------------------',
      ' 1 | a long message that',
      '   | is to be wrapped',
    ]);
    expect(linesAt(20)).toEqual([
      '-- row 1 --',
      '     id: 1',
      'message: a long message that is to be wrapped',
    ]);
  });

  test('rows that fit into every width that leaves room for them', () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null));
    const answer = fc.integer({ min: 1, max: 4 }).chain(count =>
      fc.record({
        columns: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: count, maxLength: count }),
        rows: fc.array(fc.array(cell, { minLength: count, maxLength: count }), { maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(answer, fc.integer({ min: 80, max: 120 }), (changes, width) => {
        const lines = details({ kind: 'sql', result: sqlResult(changes) }, width);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('log lines, parts, and who said why a request failed', () => {
    expect(details({ kind: 'logs', lines: ['GET /\u001b]0;x\u0007'] })).toEqual(['GET /\\u001b]0;x\\u0007']);
    expect(details(observations.status)[1]).toBe(
      'web@server-1 running, 8.8.8.8:80 (here 127.0.0.1:40080), pid 102, embedded web',
    );
    expect(details({ kind: 'request', trace: failedTrace('refused') })).toEqual([
      'the browser says: refused',
    ]);
    expect(details(observations['page of the app'])).toEqual([]);
  });
});

describe('judgeOptions', () => {
  test('tells for each option whether it holds and whether its mark is right', () => {
    const options = [
      { id: 'right', correct: true, expectation: expectation('502 from web') },
      { id: 'wrong', correct: false, expectation: expectation('refused') },
      { id: 'wrong-mark', correct: true, expectation: expectation('200') },
      { id: 'true-too', correct: false, expectation: expectation('502') },
      { id: 'none', correct: true },
    ];
    const judged = judgeOptions(options, observations['bad gateway']);
    expect(judged.map(({ option, holds, asMarked }) => [option.id, holds, asMarked])).toEqual([
      ['right', true, true],
      ['wrong', false, true],
      ['wrong-mark', false, false],
      ['true-too', true, false],
      ['none', false, false],
    ]);
  });
});
