import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Guard, startGuard } from '../../../src/stack/guard.ts';
import { startTimeOf } from '../../../src/stack/process-identity.ts';
import { createRunDirectory, pidFile } from '../../../src/stack/run-directory.ts';
import { StackError } from '../../../src/stack/stack.ts';
import type { LoadEvent } from '../../../src/stack/traffic/meters.ts';
import type { Surroundings } from '../../../src/stack/traffic/protocol.ts';
import { createTraffic, type Traffic } from '../../../src/stack/traffic/traffic.ts';
import { until } from '../../until.ts';
import { httpServer, type Listening, nobody } from '../browser/lab.ts';
import { startTrafficLab, type TrafficLab } from './lab.ts';

const forever = { ratePerS: 100, path: '/' };
const short = { ...forever, durationMs: 300 };

describe('traffic', () => {
  let web: Listening;
  let lab: TrafficLab;
  let runDir: string;
  let guard: Guard;
  let traffic: Traffic;
  let surroundings: Surroundings;
  let events: LoadEvent[];

  beforeEach(async () => {
    web = await httpServer((_, response) => void response.end('hello'));
    lab = await startTrafficLab(web.here);
    ({ surroundings } = lab);
    runDir = createRunDirectory();
    guard = startGuard(runDir);
    events = [];
    traffic = createTraffic({
      guard,
      runDir,
      surroundings: () => surroundings,
      emit: event => events.push(event),
    });
  });
  afterEach(async () => {
    await guard.end();
    await lab.close();
    await web.close();
  });

  /** The processes that the guard knows of, without itself. */
  const processes = (): number[] =>
    readFileSync(pidFile(runDir), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => Number.parseInt(line, 10))
      .slice(1)
      .filter(pid => startTimeOf(pid) !== undefined);

  it('comes from a process of its own, which ends with it', async () => {
    const load = await traffic.load(short);
    expect(traffic.current).toBe(load);
    expect(processes()).toHaveLength(1);
    expect(await load.done).toMatchObject({ sent: 30, failed: 0, availability: 1 });
    expect(web.connections).toBe(30);
    expect(load.total).toMatchObject({ sent: 30, served: 30 });
    expect(traffic.current).toBeUndefined();
    await until(() => processes().length === 0);
  });

  it('tells how it goes', async () => {
    await (await traffic.load({ ...short, durationMs: 700 })).done;
    expect(events[0]).toEqual({ type: 'begun', order: { ...short, durationMs: 700 } });
    expect(events.at(-1)).toMatchObject({ type: 'ended', result: { sent: 70 } });
    const windows = events.slice(1, -1);
    expect(windows.length).toBeGreaterThanOrEqual(3);
    expect(windows.every(({ type }) => type === 'window')).toBe(true);
  });

  it('goes on in the background until it is stopped, then says what came of it', async () => {
    const load = await traffic.load(forever);
    await until(() => load.total.served > 50);
    const result = await load.stop();
    expect(result.sent).toBe(web.connections);
    expect(result.failed).toBe(0);
    expect(await load.done).toEqual(result);
  });

  it('is one at a time', async () => {
    const load = await traffic.load(forever);
    await expect(traffic.load(short)).rejects.toThrow(
      'a load of 100/s goes on in the background: "load stop" ends it',
    );
    await load.stop();
    const both = await Promise.allSettled([traffic.load(short), traffic.load(short)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses what is too much', async () => {
    await expect(traffic.load({ ratePerS: 1001, path: '/' })).rejects.toThrow(StackError);
    expect(traffic.current).toBeUndefined();
  });

  it('can be cancelled, and another can follow at once', async () => {
    const load = await traffic.load(forever);
    await until(() => load.total.served > 0);
    await traffic.cancel();
    await expect(load.done).rejects.toThrow('the load was cancelled');
    expect(events.at(-1)).toEqual({ type: 'cancelled' });
    const pids = processes();
    expect(pids).toEqual([]);
    expect(await (await traffic.load(short)).done).toMatchObject({ sent: 30 });
  });

  it('is cancelled by its signal, also before it has begun', async () => {
    const running = new AbortController();
    const load = await traffic.load(forever, running.signal);
    running.abort();
    await expect(load.done).rejects.toThrow('the load was cancelled');
    const early = await traffic.load(forever, AbortSignal.abort());
    await expect(early.done).rejects.toThrow('the load was cancelled');
  });

  it('says so when its process is ended from outside', async () => {
    const load = await traffic.load(forever);
    await until(() => load.total.served > 0);
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
    await expect(load.done).rejects.toThrow(StackError);
    await expect(load.done).rejects.toThrow('the load generator ended');
    expect(traffic.current).toBeUndefined();
  });

  it('goes where the stack is now', async () => {
    const other = await httpServer((_, response) => void response.end());
    try {
      const load = await traffic.load(forever);
      await until(() => web.connections > 10);
      surroundings = lab.with(other.here);
      traffic.move();
      await until(() => other.connections > 10);
      const before = web.connections;
      surroundings = lab.with(await nobody());
      traffic.move();
      await until(() => (load.total.failed.refused ?? 0) > 10);
      expect(web.connections).toBe(before);
      await load.stop();
    } finally {
      await other.close();
    }
  });
});

it.each(['stop', 'cancel'])(
  'a tutor that has nothing else to do waits for the end of a load: %s',
  async how => {
    const file = fileURLToPath(new URL('./fixtures/tutor.ts', import.meta.url));
    const { port } = await nobody();
    const tutor = spawn(process.execPath, [file, String(port), how], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    tutor.stdout.on('data', data => {
      output += data;
    });
    await once(tutor, 'close');
    expect(output).toMatch(/ended\n$/);
  },
);

it.skipIf(process.platform !== 'linux')('a load does not outlive a tutor that is killed', async () => {
  const file = fileURLToPath(new URL('./fixtures/tutor.ts', import.meta.url));
  const { port } = await nobody();
  const tutor = spawn(process.execPath, [file, String(port), 'wait'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(tutor.stdout, 'data');
  const { runDir, pids } = JSON.parse(String(line).split('\n')[0] ?? '') as {
    runDir: string;
    pids: number[];
  };
  const alive = () => pids.filter(pid => startTimeOf(pid) !== undefined);
  expect(alive()).toHaveLength(2);
  tutor.kill('SIGKILL');
  await until(() => alive().length === 0 && !existsSync(runDir));
});
