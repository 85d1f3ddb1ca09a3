import { isIP } from 'node:net';
import { failures } from '../stack/browser/trace.ts';
import { type PartName, partNames } from '../stack/topology.ts';
import type { Comparison, Expectation } from './language.ts';
import { visible } from './visible.ts';

export const failureWords = failures;

/** What can be compared, and what kind of value it has; words that are not here are left to the judge. */
export const measureKinds: Readonly<Record<string, 'count' | 'time' | 'share' | 'flag'>> = {
  status: 'count',
  duration: 'time',
  rows: 'count',
  affected: 'count',
  lines: 'count',
  sent: 'count',
  failed: 'count',
  availability: 'share',
  p50: 'time',
  p95: 'time',
  p99: 'time',
  down: 'time',
  mixed: 'time',
  targets: 'count',
  survived: 'count',
  lost: 'count',
  valid: 'flag',
};

const forms = '200, 502 from web, ok, failed, refused, 8.8.8.8, via dns web, rows = 3';

/** Reads what stands behind `=>`; `?` is the line that a prediction asks about. */
export const parseExpectation = (text: string): Expectation | { problem: string } => {
  const source = text.trim();
  const [first = '', ...rest] = source.split(/\s+/);
  if (source === '') return { problem: `an expectation is missing behind "=>", such as ${forms}` };
  if (/[=<>]/.test(source) || measureKinds[source] === 'flag') return parseMeasures(source);
  if (/^\d{3}$/.test(first)) return parseStatus(Number(first), rest);
  if (first === 'via') return parseVia(rest);
  if (rest.length > 0) return unknown(source);
  if (first === '?') return { kind: 'asked' };
  if (first === 'ok' || first === 'failed') return { kind: first };
  const failure = failureWords.find(word => word === first);
  if (failure) return { kind: 'failure', failure };
  return isIP(first) ? { kind: 'address', address: first } : unknown(source);
};

const unknown = (source: string) => ({
  problem: `"${visible(source)}" is not an expectation; write one such as ${forms}`,
});

const parseStatus = (status: number, rest: string[]): Expectation | { problem: string } => {
  if (status < 100 || status > 599) return { problem: `${status} is not an HTTP status (100 to 599)` };
  if (rest.length === 0) return { kind: 'status', status };
  const [word, name = '', ...more] = rest;
  const from = partByName(name);
  if (word === 'from' && from && more.length === 0) return { kind: 'status', status, from };
  return { problem: `behind the status ${status} there may only be: from ${partNames.join('|')}` };
};

const parseVia = (names: string[]): Expectation | { problem: string } => {
  const parts = names.map(partByName);
  return parts.length > 0 && parts.every(part => part !== undefined)
    ? { kind: 'via', parts }
    : { problem: `behind "via" stand the parts that saw the request, in order, of: ${partNames.join(' ')}` };
};

const partByName = (name: string): PartName | undefined => partNames.find(part => part === name);

const parseMeasures = (source: string): Expectation | { problem: string } => {
  const comparisons: Comparison[] = [];
  for (const text of source.split(',')) {
    const comparison = parseComparison(text.trim());
    if ('problem' in comparison) return comparison;
    comparisons.push(comparison);
  }
  return { kind: 'measures', comparisons };
};

const exponents = { '': 0, ms: 0, s: 3, '%': -2 } as const;

const parseComparison = (source: string): Comparison | { problem: string } => {
  if (measureKinds[source] === 'flag') return { measure: source, operator: '=', value: 1, text: '1' };
  const match = /^([a-z][a-z0-9-]*)\s*(<=|>=|!=|=|<|>)\s*((\d+(?:\.\d+)?)\s*(ms|s|%|))$/.exec(source);
  if (!match)
    return {
      problem: `"${visible(source)}" is not a comparison; write one such as rows = 3 or duration < 250ms`,
    };
  const [, measure = '', operator, text = '', number, unit] = match;
  const time = unit === 'ms' || unit === 's';
  const kind = measureKinds[measure];
  if (kind === 'time' && !time) return { problem: `"${measure}" is a time: write ${number}ms or ${number}s` };
  if (kind === 'share' && unit !== '%') return { problem: `"${measure}" is a share: write ${number}%` };
  if (kind === 'flag') return { problem: `"${measure}" stands alone: write ${measure}` };
  if (kind === 'count' && unit !== '') return { problem: `"${measure}" is a number without a unit` };
  // Moving the exponent in the text keeps 99.9 % the same number as 0.999; dividing by 100 would not.
  const value = Number(`${number}e${exponents[unit as keyof typeof exponents]}`);
  return { measure, operator: operator as Comparison['operator'], value, text };
};

/** The expectation in the words of the language: reading it again gives the same expectation. */
export const describe = (expectation: Expectation): string => {
  switch (expectation.kind) {
    case 'ok':
    case 'failed':
      return expectation.kind;
    case 'failure':
      return expectation.failure;
    case 'status':
      return expectation.from ? `${expectation.status} from ${expectation.from}` : String(expectation.status);
    case 'address':
      return expectation.address;
    case 'via':
      return `via ${expectation.parts.join(' ')}`;
    case 'measures':
      return expectation.comparisons
        .map(({ measure, operator, text }) =>
          measureKinds[measure] === 'flag' ? measure : `${measure} ${operator} ${text}`,
        )
        .join(', ');
    case 'asked':
      return '?';
  }
};
