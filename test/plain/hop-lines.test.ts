import { describe, expect, it } from 'vitest';
import { hopLines } from '../../src/plain/hop-lines.ts';
import type { Hop, WebHop } from '../../src/stack/browser/trace.ts';
import { trace } from '../lab/fake-stack.ts';
import { guestbook } from '../tui/fake-stack.ts';
import { brokenHandshake, handshake } from './handshakes.ts';

const of = (hop: Hop): string => hopLines(trace({ hops: [hop] }), 200, '').join('\n');

describe('hops in words', () => {
  it('tells a whole request, with who waits for whom', () => {
    expect(hopLines(guestbook, 200, '')).toEqual([
      '1. browser cache: www.foobar.com is not known, 0.02 ms',
      '2. system cache: www.foobar.com is not known, 0.02 ms',
      '3. dns: 192.0.2.53:53 (here 127.0.0.1:41222) says www.foobar.com. 300 IN A 8.8.8.8, 3.1 ms',
      '4. tcp: connected to 8.8.8.8:80 (here 127.0.0.1:41223), 0.4 ms',
      '5. http: GET /guestbook, answered 200 OK with 2214 bytes, 44 ms',
      '6. web, inside http: passed it to 127.0.0.1:8000, answered 200, 42 ms',
      '7. app, inside web: worker 3 ran pages/guestbook.js of v1, answered 200, 40 ms',
      '8. db, inside app: ran 1 statement, 1.2 ms',
    ]);
  });

  it.each<[string, Hop, string]>([
    [
      'a connection to somebody whom the lab has put far away',
      { part: 'tcp', address: '8.8.8.8:80', here: '127.0.0.1:41223', durationMs: 80.4, addedMs: 80 },
      '1. tcp: connected to 8.8.8.8:80 (here 127.0.0.1:41223), 80 ms (80 ms of it added by the lab)',
    ],
    [
      'a name that is remembered',
      { part: 'names', level: 'browser', name: 'a.b', hit: true, address: '8.8.8.8', ttl: 42, durationMs: 1 },
      '1. browser cache: a.b is 8.8.8.8 for another 42 s, 1.0 ms',
    ],
    [
      'a name that is remembered as unknown',
      { part: 'names', level: 'system', name: 'a.b', hit: true, failure: 'nxdomain', ttl: 42, durationMs: 1 },
      '1. system cache: a.b is known as nxdomain for another 42 s, 1.0 ms',
    ],
    [
      'a DNS server that is silent',
      {
        part: 'dns',
        server: '192.0.2.53:53',
        here: '127.0.0.1:2',
        transport: 'udp',
        question: 'a.b. IN A',
        answers: [],
        authorities: [],
        failure: 'dns-unreachable',
        durationMs: 1,
      },
      '1. dns: 192.0.2.53:53 (here 127.0.0.1:2) gave no answer: dns-unreachable, 1.0 ms',
    ],
    [
      'a machine that is not in the lab',
      { part: 'tcp', address: '1.2.3.4:80', here: '', failure: 'timeout', durationMs: 1 },
      '1. tcp: no connection to 1.2.3.4:80: timeout, 1.0 ms',
    ],
    [
      'a handshake',
      handshake(),
      '1. tls: agreed on TLS 1.3 in 1 round trip; certificate for www.foobar.com, foobar.com, signed by CN=lab authority, valid until 2026-05-30 12:00 UTC, 4.2 ms',
    ],
    [
      'a certificate that was refused',
      handshake({ failure: 'tls-name', roundTrips: 2 }),
      '1. tls: agreed on TLS 1.3 in 2 round trips; refused (tls-name) the certificate for www.foobar.com, foobar.com, signed by CN=lab authority, valid until 2026-05-30 12:00 UTC, 4.2 ms',
    ],
    ['a handshake that led to nothing', brokenHandshake, '1. tls: no agreement on TLS: reset, 1.0 ms'],
    [
      'an answer without anybody behind it',
      { part: 'web', server: 's', status: 404, upstream: [], log: '', durationMs: 1 },
      '1. web: answered 404 itself, 1.0 ms',
    ],
    [
      'statements that failed',
      {
        part: 'db',
        server: 's',
        queries: [
          { statement: 'a', durationMs: 1, rows: 0, error: 'no' },
          { statement: 'b', durationMs: 1, rows: 0 },
        ],
        durationMs: 1,
      },
      '1. db: ran 2 statements, 1 of them failed, 1.0 ms',
    ],
  ])('tells %s', (_, hop, line) => {
    expect(of(hop)).toBe(line);
  });

  it('does not say that somebody answered who did not', () => {
    const web: Hop = {
      part: 'web',
      server: 's',
      status: 504,
      upstream: [{ address: '127.0.0.1:8000', status: 504, responseMs: 2000 }],
      log: '',
      durationMs: 2000,
    };
    expect(hopLines(trace({ hops: [web], status: 504, from: 'web' }), 200, '')).toEqual([
      '1. web: passed it to 127.0.0.1:8000 (no answer in time), answered 504 itself, 2.00 s',
    ]);
  });

  const balancer: WebHop = {
    part: 'balancer',
    server: 'balancer-1',
    status: 200,
    upstream: [
      {
        address: '127.0.0.1:41003',
        to: { part: 'web', server: 'server-1', address: { host: '10.0.0.11', port: 80 } },
        status: 502,
        responseMs: 1,
        headerMs: 1,
      },
      {
        address: '127.0.0.1:41004',
        to: { part: 'web', server: 'server-2', address: { host: '10.0.0.12', port: 80 } },
        status: 200,
        responseMs: 41,
        headerMs: 40,
      },
    ],
    log: '',
    durationMs: 42,
  };
  const chain = (...web: Hop[]) =>
    guestbook.hops.flatMap(hop => (hop.part === 'web' ? [...web, hop] : [hop]));

  it('tells every try of a balancer with the names of the story, and who waits for whom', () => {
    expect(hopLines({ ...guestbook, hops: chain(balancer) }, 200, '').slice(5, 8)).toEqual([
      '6. balancer, inside http: passed it to 10.0.0.11:80 server-1 (502), then to 10.0.0.12:80 server-2 (200), answered 200, 42 ms',
      '7. web, inside balancer: passed it to 127.0.0.1:8000, answered 200, 42 ms',
      '8. app, inside web: worker 3 ran pages/guestbook.js of v1, answered 200, 40 ms',
    ]);
  });

  it.each([
    ['HIT', [], 'answered 200 from its cache (HIT)'],
    ['MISS', [2], 'had no copy (MISS), passed it to 10.0.0.12:80 server-2, answered 200'],
    ['EXPIRED', [2], 'its copy was too old (EXPIRED), passed it to 10.0.0.12:80 server-2, answered 200'],
    ['STALE', [1], 'passed it to 10.0.0.11:80 server-1, answered 200 from its cache (STALE)'],
  ])('tells what a cache did: %s', (cache, tries, deed) => {
    const upstream = balancer.upstream.filter((_, index) => tries.includes(index + 1));
    expect(of({ ...balancer, part: 'cache', server: 'cache-1', cache, upstream })).toBe(
      `1. cache: ${deed}, 42 ms`,
    );
  });
});
