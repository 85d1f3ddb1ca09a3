/** The load generator beside the tools that people know: does it send in time, and does it see a freeze? */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Endpoint } from '../src/stack/address-book.ts';
import { bringUp } from '../src/stack/bring-up.ts';
import type { Stack } from '../src/stack/stack.ts';
import { siteHost } from '../src/stack/topology.ts';
import { installed, ms, type Result } from './measure.ts';

const most = 1000;
const sendingMs = 5000;
const freezeMs = 1500;
const rate = 200;
const seconds = 4;
/** Costs no work, and reaches the application. */
const path = '/health';

export const benchTraffic = async (): Promise<Result[]> => {
  const stack = await bringUp({ engine: 'embedded' });
  try {
    return [...(await sending(stack)), ...(await freezing(stack))];
  } finally {
    await stack.down();
  }
};

const sending = async (stack: Stack): Promise<Result[]> => {
  const load = await stack.load({ ratePerS: most, durationMs: sendingMs, path: '/style.css' });
  let [sent, elapsedMs] = [0, 0];
  load.subscribe(window => {
    // What comes behind the last visitor is no sending.
    if (window.toMs > sendingMs) return;
    sent += window.sent;
    elapsedMs = window.toMs;
  });
  const { lagP99 } = await load.done;
  const perS = (sent * 1000) / elapsedMs;
  return [
    {
      name: 'visitors a second, off the asked rate / 1 % of it',
      ratio: Math.abs(perS - most) / (most / 100),
      bound: { atMost: 1 },
      detail: `${perS.toFixed(1)}/s of ${most}/s`,
    },
    {
      name: 'send lag p99 / 10 ms',
      ratio: lagP99 / 10,
      bound: { atMost: 1 },
      detail: `${ms(lagP99)} at ${most}/s`,
    },
  ];
};

/** Freezes the application in the middle of what goes on. */
const frozen = async <T>(stack: Stack, measuring: Promise<T>): Promise<T> => {
  await sleep(1000);
  await stack.control('pause', 'app');
  await sleep(freezeMs);
  await stack.control('resume', 'app');
  return measuring;
};

const freezing = async (stack: Stack): Promise<Result[]> => {
  const load = await stack.load({ ratePerS: rate, durationMs: seconds * 1000, path });
  const { p99 = 0 } = await frozen(stack, load.done);
  const web = stack.status().find(({ part }) => part === 'web')?.here as Endpoint;
  const name = (tool: string): string => `p99 of ${tool} in a ${freezeMs} ms freeze / the freeze`;
  const ours: Result[] = (['atLeast', 'atMost'] as const).map(side => ({
    name: name('the load generator'),
    ratio: p99 / freezeMs,
    bound: side === 'atLeast' ? { atLeast: 0.95 } : { atMost: 1.05 },
    detail: `${ms(p99)} / ${freezeMs} ms`,
  }));
  const others: Result[] = [];
  for (const [tool, measure] of [
    ['autocannon', autocannon],
    ['wrk', wrk],
  ] as const) {
    const file = installed(tool);
    if (!file) others.push({ name: name(tool), skipped: `${tool} is not installed` });
    else {
      const measured = await frozen(stack, measure(file, web));
      // Whatever they see is no bound of ours: it is there to be compared.
      others.push({
        name: name(tool),
        ratio: measured / freezeMs,
        bound: { atMost: Number.POSITIVE_INFINITY },
        detail: `${ms(measured)} / ${freezeMs} ms`,
      });
    }
  }
  return [...ours, ...others];
};

const run = promisify(execFile);
const urlOf = ({ host, port }: Endpoint): string => `http://${host}:${port}${path}`;

const autocannon = async (file: string, at: Endpoint): Promise<number> => {
  const { stdout } = await run(file, [
    ...['--json', '--overallRate', String(rate), '--connections', '10', '--duration', String(seconds)],
    ...['--headers', `Host=${siteHost}`, urlOf(at)],
  ]);
  return (JSON.parse(stdout) as { latency: { p99: number } }).latency.p99;
};

/** Knows no rate: it sends as fast as its connections are answered. */
const wrk = async (file: string, at: Endpoint): Promise<number> => {
  const { stdout } = await run(file, [
    ...['--latency', '-t1', '-c10', `-d${seconds}s`, '-H', `Host: ${siteHost}`, urlOf(at)],
  ]);
  const [, value = '0', unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  return Number(value) * (unit === 's' ? 1000 : unit === 'us' ? 0.001 : 1);
};
