/** The embedded web server beside nginx: the same configuration, the same file. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Placement } from '../src/stack/parts/part.ts';
import { embeddedWeb } from '../src/stack/parts/web/embedded.ts';
import { webFiles } from '../src/stack/parts/web/nginx-conf.ts';
import { installed, median, type Result } from './measure.ts';
import { whileEngineRuns, whileRunning, withPlacement } from './part.ts';

const rounds = 3;
const name = 'static file, embedded web / nginx';

export const benchWeb = async (): Promise<Result> => {
  const wrk = installed('wrk');
  const nginx = installed('nginx');
  if (!wrk || !nginx) return { name, skipped: `${wrk ? 'nginx' : 'wrk'} is not installed` };
  const embedded: number[] = [];
  const real: number[] = [];
  for (let round = 0; round < rounds; round++) {
    embedded.push(
      await withPlacement('web', at => whileEngineRuns(embeddedWeb, at, () => requestsPerSecond(wrk, at))),
    );
    real.push(await withPlacement('web', at => whileNginxRuns(nginx, at, () => requestsPerSecond(wrk, at))));
  }
  const [own, theirs] = [median(embedded), median(real)];
  return {
    name,
    ratio: own / theirs,
    bound: { atLeast: 0.5 },
    detail: `${own.toFixed(0)} / ${theirs.toFixed(0)} requests a second`,
  };
};

const requestsPerSecond = async (wrk: string, at: Placement): Promise<number> => {
  const url = `http://${at.listen.host}:${at.listen.port}/robots.txt`;
  const run = (seconds: number) => promisify(execFile)(wrk, ['-t1', '-c20', `-d${seconds}s`, url]);
  // The first second belongs to the compiler of one of the two.
  await run(1);
  const { stdout } = await run(2);
  if (stdout.includes('Non-2xx')) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
};

const whileNginxRuns = <T>(nginx: string, at: Placement, use: () => Promise<T>): Promise<T> => {
  for (const folder of ['conf', 'logs', 'temp']) mkdirSync(join(at.dir, folder));
  const user = process.getuid?.() === 0 ? { user: 'root' } : {};
  for (const [file, text] of Object.entries(webFiles(at, user)))
    writeFileSync(join(at.dir, 'conf', file), text);
  const args = ['-p', `${at.dir}/`, '-c', 'conf/nginx.conf', '-e', 'logs/error.log', '-g', 'daemon off;'];
  return whileRunning(
    { file: nginx, args },
    at.dir,
    () => embeddedWeb.answers(at, AbortSignal.timeout(1000)),
    use,
  );
};
