import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readReport,
  readRequest,
  type Surroundings,
  type TrafficReport,
  type TrafficRequest,
} from '../../../src/stack/traffic/protocol.ts';
import { anyTally, windowOf } from './tallies.ts';

const surroundings: Surroundings = {
  doors: [
    {
      part: 'web',
      address: { host: '8.8.8.8', port: 80 },
      here: { host: '127.0.0.1', port: 4080 },
      addedMs: 80,
    },
  ],
  resolvers: [{ story: { host: '192.0.2.53', port: 53 }, here: { host: '127.0.0.1', port: 4053 } }],
};
const order = { ratePerS: 100, durationMs: 5000, path: '/guestbook' };
const throughTheChannel = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

describe('the protocol', () => {
  it.each<[TrafficRequest]>([
    [{ type: 'begin', order, surroundings }],
    [{ type: 'begin', order: { ratePerS: 1, path: '/', visitors: 'returning' }, surroundings }],
    [{ type: 'surroundings', surroundings }],
    [{ type: 'stop' }],
  ])('carries the request %j', message => {
    expect(readRequest(throughTheChannel(message))).toEqual(message);
  });

  it('carries what was counted', () => {
    fc.assert(
      fc.property(anyTally, fc.nat(), (tally, outstanding) => {
        const message: TrafficReport = { type: 'window', window: windowOf(3, tally, outstanding) };
        expect(readReport(throughTheChannel(message))).toEqual(message);
      }),
    );
    expect(readReport({ type: 'ended' })).toEqual({ type: 'ended' });
  });

  it('leads visitors nowhere but to this machine', () => {
    const { doors, resolvers } = surroundings;
    const outside = { host: '8.8.8.8', port: 80 };
    const away = [
      { doors: doors.map(door => ({ ...door, here: outside })), resolvers },
      ...[outside, { host: 'localhost.example.com', port: 53 }].map(here => ({
        doors,
        resolvers: [...resolvers, { story: outside, here }],
      })),
    ];
    for (const elsewhere of away)
      expect(() => readRequest({ type: 'surroundings', surroundings: elsewhere })).toThrow(/host/);
  });

  it.each([
    [{ ratePerS: 1001 }, /order.ratePerS/],
    [{ ratePerS: 0 }, /order.ratePerS/],
    [{ durationMs: 600_001 }, /order.durationMs/],
    [{ path: 'http://8.8.8.8/' }, /order.path/],
    [{ path: '/ HTTP/1.1\r\nHost: elsewhere' }, /order.path/],
    [{ visitors: 'robots' }, /order.visitors/],
  ])('refuses the order %j', (changes, problem) => {
    expect(() => readRequest({ type: 'begin', order: { ...order, ...changes }, surroundings })).toThrow(
      problem,
    );
  });

  it('refuses whatever else comes', () => {
    fc.assert(
      fc.property(fc.anything(), message => {
        expect(() => readRequest(message)).toThrow(/not understood/);
        expect(() => readReport(message)).toThrow(/not understood/);
      }),
    );
  });
});
