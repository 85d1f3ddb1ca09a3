import { expect, it } from 'vitest';
import { evidence, summaryOf } from '../../src/plain/evidence.ts';
import { textOf } from '../../src/plain/line.ts';
import type { Trace, WebHop } from '../../src/stack/browser/trace.ts';
import { partStatus, trace } from '../lab/fake-stack.ts';
import { brokenHandshake, handshake } from './handshakes.ts';

const web = (changes: Partial<WebHop> = {}): WebHop => ({
  part: 'web',
  server: 'server-1',
  status: 504,
  upstream: [{ address: '127.0.0.1:48000', status: 504, responseMs: 2001 }],
  log: 'GET /guestbook 504',
  durationMs: 2002,
  ...changes,
});

const toldOf = (changes: Partial<Trace>, places = partStatus()): string[] =>
  evidence(trace(changes), 100, places).map(row => textOf(row));

it('does not take a status that Nginx made itself for an answer of the server behind it', () => {
  expect(toldOf({ status: 504, from: 'web', hops: [web()] })).toEqual([
    'web   no answer in time from 127.0.0.1:8000 (here 127.0.0.1:48000) in 2.00 s',
    '      GET /guestbook 504',
  ]);
});

it('tells what the server behind Nginx answered, also when that is an error', () => {
  const hop = web({
    status: 500,
    upstream: [{ address: '127.0.0.1:48000', status: 500, responseMs: 40, headerMs: 39 }],
  });
  expect(toldOf({ status: 500, from: 'app', hops: [hop] })[0]).toBe(
    'web   127.0.0.1:8000 (here 127.0.0.1:48000) answered 500 in 40 ms',
  );
});

it('tells who answered and who did not of several tries', () => {
  const upstream = [
    { address: '127.0.0.1:1', status: 502, responseMs: 1 },
    { address: '127.0.0.1:2', status: 200, responseMs: 40, headerMs: 39 },
  ];
  expect(toldOf({ hops: [web({ status: 200, upstream })] }).slice(0, 2)).toEqual([
    'web   no usable answer from 127.0.0.1:1 in 1.0 ms',
    '      127.0.0.1:2 answered 200 in 40 ms',
  ]);
});

it('calls an address as the story does where that is known', () => {
  expect(summaryOf(web(), partStatus())).toBe('asked 127.0.0.1:8000');
  expect(summaryOf(web())).toBe('asked 127.0.0.1:48000');
});

it('calls a server by its name in the story, and says what the cache said', () => {
  const to = { part: 'web', server: 'server-2', address: { host: '10.0.0.12', port: 80 } } as const;
  const upstream = [{ address: '127.0.0.1:2', to, status: 200, responseMs: 40, headerMs: 39 }];
  const cache = web({ part: 'cache', server: 'cache-1', status: 200, upstream, cache: 'MISS' });
  expect(toldOf({ hops: [cache] })).toEqual([
    'cache 10.0.0.12:80 server-2 (here 127.0.0.1:2) answered 200 in 40 ms',
    '      its cache says MISS',
    '      GET /guestbook 504',
  ]);
  expect(summaryOf(cache)).toBe('MISS, asked 10.0.0.12:80');
  expect(summaryOf({ ...cache, cache: 'HIT', upstream: [] })).toBe('HIT');
  const { cache: _, ...balancer } = { ...cache, part: 'balancer' as const };
  expect(summaryOf({ ...balancer, upstream: [...web().upstream, ...upstream] })).toBe('2nd try: server-2');
});

it('shows the certificate of a handshake, and what came of it', () => {
  expect(toldOf({ hops: [handshake()] })).toEqual([
    'tls   asked 8.8.8.8:443 for www.foobar.com, 1 round trip',
    '      TLS 1.3, TLS_AES_256_GCM_SHA384, http/1.1',
    '      certificate for www.foobar.com, foobar.com: CN=www.foobar.com',
    '      signed by CN=lab authority',
    '      valid from 2026-03-01 12:00 to 2026-05-30 12:00 UTC',
  ]);
  expect(toldOf({ hops: [handshake({ failure: 'tls-expired' })] }).at(-1)).toBe(
    '      certificate refused: tls-expired',
  );
  expect(toldOf({ hops: [brokenHandshake] })).toEqual([
    'tls   asked 8.8.8.8:443 for www.foobar.com, 1 round trip',
    '      no agreement: reset',
  ]);
});

it('says in a few words what a handshake led to', () => {
  expect(summaryOf(handshake())).toBe('TLS 1.3, www.foobar.com');
  expect(summaryOf(handshake({ failure: 'tls-name' }))).toBe('failed: tls-name');
  expect(summaryOf(brokenHandshake)).toBe('failed: reset');
});

it('says what the lab has added to a time', () => {
  const hop = {
    part: 'tcp',
    address: '8.8.8.8:80',
    here: '127.0.0.1:4',
    durationMs: 80.4,
    addedMs: 80,
  } as const;
  expect(toldOf({ hops: [hop] })).toEqual([
    'tcp   connected: 8.8.8.8:80 (here 127.0.0.1:4)',
    '      80 ms of the 80 ms were added by the lab: it is put further away',
  ]);
});
