import { describe, expect, it } from 'vitest';
import { failureOf, failureOfError, type Outcome } from '../../../src/stack/traffic/outcome.ts';

describe('the outcome of a visit', () => {
  it.each<[Outcome, string | undefined]>([
    [{ status: 200, from: 'app' }, undefined],
    [{ status: 303, from: 'app' }, undefined],
    [{ status: 399, from: 'web' }, undefined],
    [{ status: 400, from: 'web' }, '400 from web'],
    [{ status: 404, from: 'app' }, '404 from app'],
    [{ status: 502, from: 'web' }, '502 from web'],
    [{ status: 199, from: 'web' }, '199 from web'],
    [{ failure: 'refused' }, 'refused'],
    [{ failure: 'dns-unreachable' }, 'dns-unreachable'],
    [{ failure: 'dropped' }, 'dropped'],
  ])('%j fails as %j', (outcome, failure) => {
    expect(failureOf(outcome)).toBe(failure);
  });

  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    [undefined, 'reset'],
    ['EMFILE', 'no-socket'],
    ['EADDRNOTAVAIL', 'no-socket'],
  ])('the error %s means %s', (code, failure) => {
    expect(failureOfError(code)).toBe(failure);
  });
});
