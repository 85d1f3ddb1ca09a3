import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Placement } from '../../../../src/stack/parts/part.ts';
import { parseTrace, webEvidence } from '../../../../src/stack/parts/web/evidence.ts';

const line = (more: Record<string, string>): string =>
  JSON.stringify({
    request_id: 'id',
    status: '200',
    request: 'GET / HTTP/1.1',
    request_time: '0.004',
    request_filename: '/site/public/',
    ...more,
  });

const of = { part: 'web', server: 'server-1' } as const;

it('reads a file that was served', () => {
  expect(parseTrace(line({ request_filename: '/site/public/a.css' }), of, 'its line')).toEqual({
    part: 'web',
    server: 'server-1',
    status: 200,
    durationMs: 4,
    upstream: [],
    file: '/site/public/a.css',
    log: 'its line',
  });
});

it('reads all tries, in order', () => {
  const json = line({
    status: '504',
    upstream_addr: '127.0.0.1:1, 127.0.0.1:2 : app',
    upstream_status: '502, 504 : -',
    upstream_response_time: '0.000, 2.001 : -',
    upstream_header_time: '-, 2.000 : -',
  });
  const hop = parseTrace(json, of, undefined);
  expect(hop?.upstream).toEqual([
    { address: '127.0.0.1:1', status: 502, responseMs: 0 },
    { address: '127.0.0.1:2', status: 504, responseMs: 2001, headerMs: 2000 },
    { address: 'app', status: undefined, responseMs: 0 },
  ]);
  expect(hop).not.toHaveProperty('file');
  expect(hop?.log).toBe('"GET / HTTP/1.1" 504 id');
});

it('reads what the cache said, and then knows of no file', () => {
  const hit = parseTrace(line({ upstream_cache_status: 'HIT' }), of, undefined);
  expect(hit).toMatchObject({ cache: 'HIT', upstream: [] });
  expect(hit).not.toHaveProperty('file');
  expect(parseTrace(line({ upstream_cache_status: '' }), of, undefined)).not.toHaveProperty('cache');
});

it.each(['', '{', '{}', 'null', '[]', '{"request_id":"id"}', line({ status: 'x' })])(
  'is not misled by %j',
  text => {
    expect(parseTrace(text, of, undefined)).toBeUndefined();
  },
);

it('finds a request as soon as its line is whole, also after the logs were emptied', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'evidence-'));
  await mkdir(join(dir, 'logs'));
  const trace = join(dir, 'logs/trace.log');
  const evidence = webEvidence({
    siteDir: '/site',
    dir,
    plan: { part: 'web', server: 'server-1' },
  } as Placement);
  expect(await evidence.find('a1')).toBeUndefined();
  await writeFile(join(dir, 'logs/access.log'), 'the line of a1\n');
  const text = line({ request_id: 'a1' });
  await writeFile(trace, text.slice(0, 20));
  expect(await evidence.find('a1')).toBeUndefined();
  await appendFile(trace, `${text.slice(20)}\n`);
  expect(await evidence.find('a1')).toMatchObject({ status: 200, log: 'the line of a1' });
  expect(await evidence.find('a1')).toMatchObject({ status: 200 });
  await writeFile(trace, '');
  await evidence.find('b2');
  await writeFile(trace, `${line({ request_id: 'b2', status: '404' })}\n`);
  expect(await evidence.find('b2')).toMatchObject({ status: 404 });
});
