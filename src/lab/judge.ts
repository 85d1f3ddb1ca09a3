import { isIP, isIPv6, SocketAddress } from 'node:net';
import type { Trace } from '../stack/browser/trace.ts';
import { describe } from './expectation.ts';
import type { Comparison, Expectation, Observed } from './language.ts';
import { measuresOf } from './measures.ts';
import { summarize } from './observed.ts';

export interface Judgement {
  ok: boolean;
  /** The expectation in the words of the language; absent where the line states none, or `?`. */
  expected?: string;
  /** One plain line: what was observed, and why it could not be compared where that is so. */
  observed: string;
}

/**
 * Whether what was observed is what was expected. Without an expectation, or with `?`, a line holds unless the
 * command could not be done.
 *
 * `ok` is, for a request, an answer from 200 to 399. `failed` is a request without any HTTP answer, a name that
 * did not resolve, or a command that could not be done; a 404 or 502 is an answer, so it is neither.
 * An address is, for a request, the one that the browser dialled.
 */
export const judge = (expectation: Expectation | undefined, observed: Observed): Judgement => {
  const summary = summarize(observed);
  if (!expectation || expectation.kind === 'asked')
    return { ok: observed.kind !== 'error', observed: summary };
  const missing =
    expectation.kind === 'measures' ? missingMeasure(expectation.comparisons, observed) : undefined;
  return {
    ok: missing === undefined && holds(expectation, observed),
    expected: describe(expectation),
    observed: missing === undefined ? summary : `${summary}; ${missing}`,
  };
};

const holds = (expectation: Exclude<Expectation, { kind: 'asked' }>, observed: Observed): boolean => {
  switch (expectation.kind) {
    case 'ok':
      return isOk(observed);
    case 'failed':
      return observed.kind === 'error' || failureOf(observed) !== undefined;
    case 'failure':
      return failureOf(observed) === expectation.failure;
    case 'address':
      return addressesOf(observed).some(address => sameAddress(address, expectation.address));
    case 'measures': {
      const measures = measuresOf(observed);
      return expectation.comparisons.every(comparison => compare(measures[comparison.measure], comparison));
    }
    case 'status':
    case 'via':
      return observed.kind === 'request' && answers(expectation, observed.trace);
  }
};

const answers = (expectation: Expectation & { kind: 'status' | 'via' }, trace: Trace): boolean =>
  expectation.kind === 'via'
    ? expectation.parts.join(' ') === trace.via.join(' ')
    : expectation.status === trace.status && (!expectation.from || expectation.from === trace.from);

const isOk = (observed: Observed): boolean => {
  if (observed.kind === 'error' || failureOf(observed)) return false;
  if (observed.kind !== 'request') return true;
  const { status = 0 } = observed.trace;
  return status >= 200 && status < 400;
};

const failureOf = (observed: Observed): string | undefined => {
  if (observed.kind === 'request') return observed.trace.failure;
  if (observed.kind === 'resolve' && observed.resolution.outcome !== 'ok') return observed.resolution.outcome;
  return undefined;
};

const addressesOf = (observed: Observed): string[] => {
  if (observed.kind === 'resolve') return observed.resolution.values;
  if (observed.kind !== 'request') return [];
  return observed.trace.hops.flatMap(hop => (hop.part === 'tcp' ? hostOf(hop.address) : []));
};

/** The host of `8.8.8.8:80`, `[::1]:80` or an address without a port. */
const hostOf = (address: string): string =>
  isIP(address) ? address : address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

const sameAddress = (a: string, b: string): boolean => canonical(a) === canonical(b);

/** IPv6 has many spellings of one address. */
const canonical = (address: string): string =>
  isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;

const compare = (measured: number | undefined, { operator, value }: Comparison): boolean => {
  if (measured === undefined) return false;
  switch (operator) {
    case '=':
      return measured === value;
    case '!=':
      return measured !== value;
    case '<':
      return measured < value;
    case '<=':
      return measured <= value;
    case '>':
      return measured > value;
    case '>=':
      return measured >= value;
  }
};

const missingMeasure = (comparisons: readonly Comparison[], observed: Observed): string | undefined => {
  const measured = Object.keys(measuresOf(observed));
  const missing = comparisons.find(({ measure }) => !measured.includes(measure));
  if (!missing) return undefined;
  return `"${missing.measure}" was not measured, ${measured.length > 0 ? `only ${measured.join(', ')}` : 'nothing was'}`;
};
