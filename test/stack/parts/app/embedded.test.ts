import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { siteFolder } from '../../../../src/stack/entries.ts';
import { capacity, embeddedApp } from '../../../../src/stack/parts/app/embedded.ts';
import type { Placement } from '../../../../src/stack/parts/part.ts';
import { freePorts } from '../../../../src/stack/ports.ts';
import { partsOf } from '../../../../src/stack/topology.ts';
import { topologyByName } from '../../../../src/stack/topology-changes.ts';
import { ask, temporaryFolder } from './app-process.ts';

let at: Placement;
let child: ChildProcess | undefined;

const start = async (): Promise<void> => {
  await embeddedApp.prepare(at);
  const { file, args } = embeddedApp.launch(at);
  child = spawn(file, args, { cwd: at.dir });
  await vi.waitFor(async () => expect(await answers()).toBe(true), { timeout: 20_000, interval: 10 });
};

const answers = (): Promise<boolean> => embeddedApp.answers(at, AbortSignal.timeout(2000));

beforeEach(async () => {
  const dir = await temporaryFolder();
  const plans = partsOf(topologyByName('one-server'));
  const plan = plans.find(({ part }) => part === 'app');
  const db = plans.find(({ part }) => part === 'db');
  const [port = 0] = await freePorts(1);
  if (!plan || !db) throw new Error('the topology has no app');
  at = {
    plan,
    dir: join(dir, 'app'),
    siteDir: join(dir, 'site'),
    listen: { host: '127.0.0.1', port },
    peers: part => [{ plan: { ...db, part }, here: { host: '127.0.0.1', port: part === 'db' ? 1 : 2 } }],
    followers: () => [],
    site: () => ({ www: '8.8.8.8', apex: '8.8.8.8', nameServers: [] }),
    accounts: {
      database: 'foobar',
      web: { user: 'web', password: 'let-me-in' },
      admin: { user: 'admin', password: 'not-for-the-app' },
      replication: { user: 'replication', password: 'nor-this' },
    },
  };
  await mkdir(at.dir);
  await cp(siteFolder('v1'), at.siteDir, { recursive: true });
});

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  child = undefined;
  await rm(join(at.dir, '..'), { recursive: true, force: true });
});

describe('the embedded app engine', () => {
  it('answers once it runs, and not before or after', async () => {
    expect(await answers()).toBe(false);
    await start();
    child?.kill('SIGTERM');
    await vi.waitFor(async () => expect(await answers()).toBe(false), { timeout: 10_000 });
    const gone = new AbortController();
    gone.abort();
    expect(await embeddedApp.answers(at, gone.signal)).toBe(false);
  });

  it('says how small it is', () => {
    expect(embeddedApp.label).toBe('Node app server, 8 workers, 40 ms of work a page');
  });

  it('knows the web account only, in a file that nobody else can read', async () => {
    await embeddedApp.prepare(at);
    const file = join(at.dir, 'app.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      ...capacity,
      databases: [{ host: '127.0.0.1', port: 1 }],
      user: 'web',
      password: 'let-me-in',
      database: 'foobar',
    });
    for (const name of await readdir(at.dir))
      expect(await readFile(join(at.dir, name), 'utf8')).not.toContain('not-for-the-app');
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('takes workers and databases from the plan that holds now', () => {
    const [file = '', generated] = [...(embeddedApp.generated?.(at) ?? [])][0] ?? [];
    expect([file, generated?.mode]).toEqual([join(at.dir, 'app.json'), 0o600]);
    const [peer] = at.peers('db');
    if (!peer) throw new Error('no database');
    const second = { plan: peer.plan, here: { host: '127.0.0.1', port: 3 } };
    const grown: Placement = {
      ...at,
      plan: { ...at.plan, workers: 16 },
      peers: () => [second, peer],
    };
    const text = embeddedApp.generated?.(grown).get(file)?.text ?? '';
    expect(JSON.parse(text)).toMatchObject({ workers: 16, databases: [second.here, peer.here] });
  });

  it('keeps what a learner has written, and obeys it after a restart', async () => {
    await embeddedApp.prepare(at);
    const file = join(at.dir, 'app.json');
    const edited = (await readFile(file, 'utf8')).replace('"workers": 8', '"workers": 3');
    await writeFile(file, edited);
    await start();
    expect(await readFile(file, 'utf8')).toBe(edited);
    expect(await readFile(join(at.dir, 'app.log'), 'utf8')).toContain('loaded, version v1, 3 workers');
  });

  it('resolves a reload when it has been done, or refused', async () => {
    await start();
    const log = () => readFile(join(at.dir, 'app.log'), 'utf8');
    const reload = async (): Promise<void> => {
      const { pid = 0 } = child ?? {};
      await embeddedApp.reload?.(at, pid, () => process.kill(pid, 'SIGHUP'));
    };
    const file = join(at.dir, 'app.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"workers": 8', '"workers": 5'));
    await reload();
    expect(await log()).toContain('reloaded, version v1, 5 workers');
    await writeFile(file, text.replace('"queue": 100,', '"queue": "many",'));
    await reload();
    expect(await log()).toContain(
      'reload failed, the old configuration goes on: app.json:4: "queue" must be a whole number from 0 to 100000, and is "many"',
    );
    expect((await log()).match(/reloaded, version v1, 5 workers/g)).toHaveLength(2);
  });

  it('occupies a worker for the time of a page, but not for a check of health or a database that is not there', async () => {
    await start();
    const evidence = embeddedApp.evidence?.(at);
    const timed = async (path: string, id: string) => {
      await ask(at.listen, path, { headers: { 'X-Request-ID': id } });
      return (await evidence?.find(id))?.durationMs ?? 0;
    };
    const pages = await Promise.all(['a', 'b', 'c'].map(id => timed('/', id)));
    const health = await Promise.all(['d', 'e', 'f'].map(id => timed('/health', id)));
    for (const page of pages) expect(page).toBeGreaterThanOrEqual(capacity.serviceMs - 1);
    // Of three the quickest: the machine may be busy.
    expect(Math.min(...health)).toBeLessThan(capacity.serviceMs);
  });

  it('reports a request by its id, as soon as it is answered', async () => {
    await start();
    const evidence = embeddedApp.evidence?.(at);
    expect(await evidence?.find('a1')).toBeUndefined();
    await Promise.all(
      ['a1', 'a2', 'a3'].map(async id => {
        const path = id === 'a2' ? '/guestbook' : '/';
        await ask(at.listen, path, { headers: { 'X-Request-ID': id } });
        const hop = await evidence?.find(id);
        expect(hop).toEqual({
          part: 'app',
          server: 'server-1',
          version: 'v1',
          status: id === 'a2' ? 500 : 200,
          worker: expect.any(Number),
          queueMs: 0,
          durationMs: expect.any(Number),
          file: id === 'a2' ? 'pages/guestbook.js' : 'pages/home.js',
          // The database of this test does not listen, so it has answered none.
          queries: 0,
          log: expect.stringContaining(`GET ${path} `),
        });
      }),
    );
    for (const file of embeddedApp.logs(at).slice(0, 1))
      expect(await readFile(file, 'utf8')).toContain('request=a3');
  });

  it('loses no report when many are looked for at once', async () => {
    await start();
    const evidence = embeddedApp.evidence?.(at);
    const visit = (id: string) => ask(at.listen, '/', { headers: { 'X-Request-ID': id } });
    await visit('c0');
    await Promise.all(Array.from({ length: 4 }, () => evidence?.find('c0')));
    for (const id of ['c1', 'c2', 'c3', 'c4', 'c5']) await visit(id);
    for (const id of ['c1', 'c2', 'c3', 'c4', 'c5']) expect(await evidence?.find(id), id).toBeDefined();
  });

  it('finds reports in a log that was emptied, and survives lines that are none', async () => {
    await start();
    const evidence = embeddedApp.evidence?.(at);
    const log = join(at.dir, 'trace.log');
    await ask(at.listen, '/', { headers: { 'X-Request-ID': 'b1' } });
    expect(await evidence?.find('b1')).toBeDefined();
    await truncate(log);
    expect(await evidence?.find('b1')).toBeDefined();
    await appendFile(log, 'half a line"}\n');
    await ask(at.listen, '/', { headers: { 'X-Request-ID': 'b2' } });
    expect(await evidence?.find('b2')).toMatchObject({ file: 'pages/home.js' });
    await rm(log);
    await ask(at.listen, '/health');
    expect((await readFile(log, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('takes edits over when it is reloaded', async () => {
    expect(embeddedApp.reloads).toBe(true);
    await start();
    const home = join(at.siteDir, 'pages/home.js');
    await writeFile(home, (await readFile(home, 'utf8')).replace('Hello, visitor', 'Good morning'));
    expect((await ask(at.listen, '/')).body).toContain('Hello, visitor');
    child?.kill('SIGHUP');
    await vi.waitFor(async () => expect((await ask(at.listen, '/')).body).toContain('Good morning'), {
      timeout: 10_000,
    });
  });
});
