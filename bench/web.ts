/** The embedded web server beside nginx: the same configuration, the same file, the same application behind it. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { httpStatus } from '../src/stack/parts/http-status.ts';
import type { PartEngine, Peer, Placement } from '../src/stack/parts/part.ts';
import { embeddedWeb } from '../src/stack/parts/web/embedded.ts';
import { findNginx } from '../src/stack/parts/web/installed.ts';
import { installed, median, type Result } from './measure.ts';
import { whileEngineRuns, whileRunning, withPlacement } from './part.ts';

const rounds = 5;

/** What is asked for, and how much of nginx's rate is enough. */
const pages = [
  { name: 'static file', path: '/robots.txt', atLeast: 0.5 },
  { name: 'proxied page', path: '/page', atLeast: 0.25 },
  { name: 'cached page', path: '/cached', atLeast: 0.25 },
];

export const benchWeb = async (): Promise<Result[]> => {
  const wrk = installed('wrk');
  const nginx = await findNginx();
  if (!wrk || !nginx.engine) {
    const skipped = wrk ? (nginx.reason ?? '') : 'wrk is not installed';
    return pages.map(({ name }) => ({ name: `${name}, embedded web / nginx`, skipped }));
  }
  const own = pages.map((): number[] => []);
  const theirs = pages.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [engine, rates] of [[embeddedWeb, own] as const, [nginx.engine, theirs] as const])
      for (const [i, rate] of (await measure(engine, wrk)).entries()) rates[i]?.push(rate);
  }
  return pages.map(({ name, atLeast }, i) => {
    const [one, other] = [median(own[i] ?? []), median(theirs[i] ?? [])];
    return {
      name: `${name}, embedded web / nginx`,
      ratio: one / other,
      bound: { atLeast },
      detail: `${one.toFixed(0)} / ${other.toFixed(0)} requests a second`,
    };
  });
};

/** Requests a second, page by page. */
const measure = (engine: PartEngine, wrk: string): Promise<number[]> =>
  withPlacement('web', async at => {
    const app = (at.peers('app')[0] as Peer).here;
    const program = fileURLToPath(new URL('./web-app.ts', import.meta.url));
    const launch = { file: process.execPath, args: [program, String(app.port)] };
    const appAnswers = async () => (await httpStatus(app, '/', AbortSignal.timeout(1000))) === 200;
    return whileRunning(launch, at.dir, appAnswers, () =>
      whileEngineRuns(withCache(engine), at, async () => {
        const rates: number[] = [];
        for (const { path } of pages) rates.push(await requestsPerSecond(wrk, at, path));
        return rates;
      }),
    );
  });

/** The generated configuration, and beside it one location whose answers are kept. */
const withCache = (engine: PartEngine): PartEngine => ({
  ...engine,
  async prepare(at) {
    await engine.prepare(at);
    const file = join(at.dir, 'conf/nginx.conf');
    const text = readFileSync(file, 'utf8');
    const cached = 'location /cached { proxy_cache pages; proxy_cache_valid 1h; proxy_pass http://app; }';
    const changed = text
      .replace('include tutor.conf;', 'include tutor.conf; proxy_cache_path temp/cache keys_zone=pages:1m;')
      .replace('location @app {', `${cached}\n        location @app {`);
    if (!changed.includes('keys_zone') || !changed.includes(cached)) throw new Error(`no place in ${file}`);
    writeFileSync(file, changed);
  },
});

const requestsPerSecond = async (wrk: string, at: Placement, path: string): Promise<number> => {
  const url = `http://${at.listen.host}:${at.listen.port}${path}`;
  const run = (seconds: number) => promisify(execFile)(wrk, ['-t1', '-c20', `-d${seconds}s`, url]);
  // The first second belongs to the compiler of one of the two.
  await run(1);
  const { stdout } = await run(1);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
};
