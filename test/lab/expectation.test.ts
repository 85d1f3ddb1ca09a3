import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { failureWords } from '../../src/lab/expectation.ts';
import { type Comparison, describe, type Expectation, parseExpectation } from '../../src/lab/language.ts';
import { partNames } from '../../src/stack/topology.ts';

const rows = (
  operator: Comparison['operator'],
  text: string,
  value: number,
  measure = 'rows',
): Comparison => ({ measure, operator, value, text });

group('parseExpectation', () => {
  test.each<[string, unknown]>([
    ['ok', { kind: 'ok' }],
    [' failed ', { kind: 'failed' }],
    ['?', { kind: 'asked' }],
    ['200', { kind: 'status', status: 200 }],
    ['502 from web', { kind: 'status', status: 502, from: 'web' }],
    ['502   from\tweb', { kind: 'status', status: 502, from: 'web' }],
    ['8.8.8.8', { kind: 'address', address: '8.8.8.8' }],
    ['2001:db8::1', { kind: 'address', address: '2001:db8::1' }],
    ['via dns web app db', { kind: 'via', parts: ['dns', 'web', 'app', 'db'] }],
    ['rows = 3', { kind: 'measures', comparisons: [rows('=', '3', 3)] }],
    [
      'rows=3,affected!=0',
      { kind: 'measures', comparisons: [rows('=', '3', 3), rows('!=', '0', 0, 'affected')] },
    ],
    ['duration < 250ms', { kind: 'measures', comparisons: [rows('<', '250ms', 250, 'duration')] }],
    ['duration >= 1.5 s', { kind: 'measures', comparisons: [rows('>=', '1.5 s', 1500, 'duration')] }],
    [
      'failed = 0, p99 < 250ms, availability >= 99.9%, valid',
      {
        kind: 'measures',
        comparisons: [
          rows('=', '0', 0, 'failed'),
          rows('<', '250ms', 250, 'p99'),
          rows('>=', '99.9%', 0.999, 'availability'),
          rows('=', '1', 1, 'valid'),
        ],
      },
    ],
    ...failureWords.map((failure): [string, unknown] => [failure, { kind: 'failure', failure }]),
  ])('%j', (text, expected) => {
    expect(parseExpectation(text)).toEqual(expected);
  });

  test.each([
    ['', 'an expectation is missing behind "=>"'],
    ['maybe', '"maybe" is not an expectation'],
    ['ok ok', '"ok ok" is not an expectation'],
    ['a\u001b[2J', '"a\\u001b[2J" is not an expectation'],
    ['099', '99 is not an HTTP status'],
    ['600', '600 is not an HTTP status'],
    ['20', '"20" is not an expectation'],
    ['200 from', 'behind the status 200 there may only be: from dns|cdn|balancer|cache|web|app|db|failover'],
    [
      '200 from nginx',
      'behind the status 200 there may only be: from dns|cdn|balancer|cache|web|app|db|failover',
    ],
    [
      '200 by web',
      'behind the status 200 there may only be: from dns|cdn|balancer|cache|web|app|db|failover',
    ],
    [
      '200 from web app',
      'behind the status 200 there may only be: from dns|cdn|balancer|cache|web|app|db|failover',
    ],
    ['via', 'behind "via" stand the parts'],
    ['via dns nginx', 'behind "via" stand the parts'],
    ['256.1.1.1', '"256.1.1.1" is not an expectation'],
    ['rows', '"rows" is not an expectation'],
    ['rows = ', '"rows =" is not a comparison'],
    ['rows == 3', '"rows == 3" is not a comparison'],
    ['rows = 3,', '"" is not a comparison'],
    ['rows = 3ms', '"rows" is a number without a unit'],
    ['duration < 3', '"duration" is a time: write 3ms or 3s'],
    ['duration < 3%', '"duration" is a time: write 3ms or 3s'],
    ['availability >= 99', '"availability" is a share: write 99%'],
    ['p99 < 250', '"p99" is a time'],
    ['failed = 0%', '"failed" is a number without a unit'],
    ['valid = 1', '"valid" stands alone'],
    ['toString = 3', '"toString = 3" is not a comparison'],
  ])('%j is a problem', (text, problem) => {
    expect(parseExpectation(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('any text is an expectation or a problem', () => {
    const pieces = fc.array(
      fc.constantFrom('via', 'dns', '200', 'from', 'rows', '=', '<', '3', 'ms', ',', ' ', '\n'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map(words => words.join(' ')),
        ),
        text => {
          const parsed = parseExpectation(text);
          expect(Object.keys(parsed)).toContain('problem' in parsed ? 'problem' : 'kind');
        },
      ),
    );
  });
});

const anyExpectation: fc.Arbitrary<Expectation> = fc.oneof(
  fc.constantFrom<Expectation>({ kind: 'ok' }, { kind: 'failed' }, { kind: 'asked' }),
  fc.constantFrom(...failureWords).map((failure): Expectation => ({ kind: 'failure', failure })),
  fc
    .tuple(fc.integer({ min: 100, max: 599 }), fc.option(fc.constantFrom(...partNames)))
    .map(([status, from]): Expectation => ({ kind: 'status', status, ...(from && { from }) })),
  fc.oneof(fc.ipV4(), fc.ipV6()).map((address): Expectation => ({ kind: 'address', address })),
  fc
    .array(fc.constantFrom(...partNames), { minLength: 1, maxLength: 6 })
    .map((parts): Expectation => ({ kind: 'via', parts })),
  fc.constant<Expectation>({ kind: 'measures', comparisons: [rows('=', '1', 1, 'valid')] }),
  fc
    .array(
      fc
        .record({
          measure: fc.constantFrom('seconds', 'versions'),
          operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
          number: fc.nat(),
          unit: fc.constantFrom('', 'ms', 's', '%'),
        })
        .map(({ measure, operator, number, unit }) => ({
          measure,
          operator,
          text: `${number}${unit}`,
          value: unit === 's' ? number * 1000 : unit === '%' ? number / 100 : number,
        })),
      { minLength: 1, maxLength: 4 },
    )
    .map((comparisons): Expectation => ({ kind: 'measures', comparisons })),
);

group('describe', () => {
  test('writes what parseExpectation reads', () => {
    fc.assert(
      fc.property(anyExpectation, expectation => {
        expect(parseExpectation(describe(expectation))).toEqual(expectation);
      }),
    );
  });
});
