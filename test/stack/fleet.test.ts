/** A stack that becomes another one while visitors come. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bringUp } from '../../src/stack/bring-up.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { partById, primaryOf } from '../../src/stack/topology.ts';
import type { Addition, Change } from '../../src/stack/topology-changes.ts';
import { until } from '../until.ts';
import { stackCases } from './engine-cases.ts';

const add = (what: Addition): Change => ({ type: 'add', what });

for (const { name, engine, present } of stackCases)
  describe.skipIf(!present)(`${name} engines`, () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await bringUp({ engine });
    });
    afterAll(() => stack?.down());
    afterEach(() => stack.reset());

    const change = async (...changes: Change[]): Promise<void> => {
      for (const wanted of changes) await stack.change(wanted);
    };
    const file = (end: string) => {
      const found = stack.files().find(each => each.name.endsWith(end));
      if (!found) throw new Error(`no file ${end}`);
      return found;
    };
    const text = (end: string): string => readFileSync(file(end).path, 'utf8');
    const page = async (path = '/guestbook'): Promise<string> => (await stack.request(path)).outcome;
    const rowsNamed = async (row: string, on?: string): Promise<number> =>
      (await stack.sql(`SELECT id FROM entries WHERE name = '${row}'`, on === undefined ? {} : { on })).rows
        .length;
    const insert = (row: string) =>
      stack.sql(`INSERT INTO entries (name, message) VALUES ('${row}', 'hello')`);

    it('loses no visitor while a balancer and a server are added', async () => {
      const load = await stack.load({ ratePerS: 30, path: '/guestbook' });
      await until(() => load.total.served > 0);
      await change(add('balancer'), add('server'));
      const served = load.total.served;
      await until(() => load.total.served > served + 20);
      expect((await load.stop()).failures).toEqual([]);
      const servers = new Set<string>();
      await until(async () => {
        const { via, hops } = await stack.request('/guestbook');
        expect(via).toContain('balancer');
        for (const hop of hops) if (hop.part === 'app') servers.add(hop.server);
        return servers.size === 2;
      });
    });

    it('keeps what a learner has edited, and refuses what cannot be merged', async () => {
      await change(add('balancer'));
      const conf = file('balancer-1/balancer/nginx.conf');
      await stack.edit(conf, content => content.replace('worker_connections 1024', 'worker_connections 900'));
      await change(add('server'));
      expect(text('balancer-1/balancer/nginx.conf')).toMatch(/worker_connections 900[\s\S]*server-2/);
      const before = stack.topology;
      await stack.edit(conf, content => content.replace(/^.*server-2.*\n/m, ''));
      await expect(stack.change(add('server'))).rejects.toThrow(/was edited just where it has to change/);
      expect(stack.topology).toBe(before);
      expect(stack.status().map(({ server }) => server)).not.toContain('server-3');
      expect(await page()).toBe('200 from app');
    });

    it('says what a web server does not accept, which goes on as before', async () => {
      await stack.edit(file('web/nginx.conf'), content =>
        content.replace('keepalive_timeout', 'keepalive_timeuot'),
      );
      await expect(stack.control('reload', 'web')).rejects.toThrow(
        /^web@server-1 goes on with its old configuration: unknown directive "keepalive_timeuot" in .*nginx\.conf:\d+/,
      );
      expect(await page()).toBe('200 from app');
    });

    it('moves the database with everything in it', async () => {
      await insert('moved');
      await change({ type: 'move-db' });
      expect(primaryOf(stack.topology)?.id).toBe('db@db-1');
      expect(stack.status().map(({ id }) => id)).not.toContain('db@server-1');
      expect(await rowsNamed('moved')).toBe(1);
      expect(await page()).toBe('200 from app');
      await insert('after');
      expect(await rowsNamed('after')).toBe(1);
    });

    it('promotes a replica, and the old primary repeats it', async () => {
      await change({ type: 'move-db' }, add('replica'), { type: 'promote', server: 'db-2' });
      await insert('new');
      await until(async () => (await rowsNamed('new', 'db-1').catch(() => 0)) === 1);
      expect(await page()).toBe('200 from app');
    });

    it('loses what a delayed replica had not repeated when the primary is killed', async () => {
      await change(add('replica'));
      await insert('early');
      await until(async () => (await rowsNamed('early', 'db-2').catch(() => 0)) === 1);
      await stack.delay('db-2', 60_000);
      await insert('late');
      await stack.control('kill', 'db@server-1');
      await change({ type: 'promote', server: 'db-2' });
      expect([await rowsNamed('early'), await rowsNamed('late')]).toEqual([1, 0]);
    });

    it('has the second balancer take the address over when the first one is paused', async () => {
      await change(add('balancer'), add('balancer'));
      expect(partById(stack.topology, 'balancer@balancer-1')?.open).toBe(true);
      await stack.control('pause', 'balancer-1');
      await until(() => partById(stack.topology, 'balancer@balancer-2')?.open === true);
      expect(await page()).toBe('200 from app');
      // Who wakes up again does not take it back.
      await stack.control('resume', 'balancer-1');
      expect(await page()).toBe('200 from app');
      expect(partById(stack.topology, 'balancer@balancer-2')?.open).toBe(true);
    });

    it('has the failover manager promote the replica when the primary is gone', async () => {
      await change({ type: 'move-db' }, add('replica'), add('failover'));
      await until(async () => (await stack.logs('failover')).some(line => line.includes('takes the writes')));
      await stack.control('kill', 'db-1');
      await until(() => primaryOf(stack.topology)?.id === 'db@db-2');
      expect((await stack.request('/guestbook', { form: { name: 'Ada', message: 'on' } })).status).toBe(303);
      await stack.control('start', 'db-1');
      await until(async () => (await rowsNamed('Ada', 'db-1').catch(() => 0)) === 1);
    });

    it('refuses to promote what does not run, and does nothing to the primary', async () => {
      await change(add('replica'));
      for (const [action, state] of [
        ['pause', 'paused'],
        ['stop', 'stopped'],
      ] as const) {
        await stack.control(action, 'db-2');
        await stack.control('pause', 'db@server-1');
        await expect(change({ type: 'promote', server: 'db-2' })).rejects.toThrow(`db@db-2 is ${state}`);
        await stack.control('resume', 'db@server-1');
        await insert(state);
      }
    });

    it('has a replica that starts anew repeat everything before it counts as started', async () => {
      await change({ type: 'move-db' }, add('replica'));
      await stack.control('kill', 'db-1');
      await change({ type: 'promote', server: 'db-2' });
      await insert('new');
      await stack.control('start', 'db-1');
      expect(await rowsNamed('new', 'db-1')).toBe(1);
    });

    it('copies nothing from a database that does not answer, so that no data is lost', async () => {
      await insert('kept');
      await stack.control('kill', 'db');
      await expect(change({ type: 'move-db' })).rejects.toThrow(/db@server-1, which is crashed/);
      await expect(change(add('replica'))).rejects.toThrow(/db@server-1, which is crashed/);
      await stack.control('start', 'db');
      expect(await rowsNamed('kept')).toBe(1);
    });

    it('leaves the application servers alone when a deployment is refused, or cancelled before the switch', async () => {
      const pid = () => stack.status().find(({ part }) => part === 'app')?.pid;
      const before = pid();
      await expect(stack.deploy({ version: 'v2', by: 'rolling' })).rejects.toThrow(/only one runs/);
      const cancel = new AbortController();
      const deployed = stack.deploy(
        { version: 'v2', by: 'blue-green' },
        { signal: cancel.signal, tell: () => cancel.abort() },
      );
      await expect(deployed).rejects.toThrow('the deployment was cancelled; v1 runs');
      expect([pid(), stack.version, await page()]).toEqual([before, 'v1', '200 from app']);
    });

    it('takes the new version back when a deployment is cancelled while it is being measured', async () => {
      const cancel = new AbortController();
      const deployed = stack.deploy({ version: 'v2', by: 'stop-start' }, { signal: cancel.signal });
      deployed.catch(() => {});
      await until(() => stack.version === 'v2');
      cancel.abort();
      await expect(deployed).rejects.toThrow('the deployment was cancelled; v1 runs');
      expect(stack.version).toBe('v1');
      expect(stack.status().find(({ part }) => part === 'app')?.version).toBe('v1');
      expect(await page()).toBe('200 from app');
    });

    it('puts nobody further away whom only its own server asks', async () => {
      await expect(stack.delay('app', 50)).rejects.toThrow('only its own server asks it');
      await expect(stack.delay('db', 50)).rejects.toThrow('only its own server asks it');
      await change(add('balancer'), add('server'));
      await stack.delay('web', 150);
      // Whoever of the two has its turn.
      for (const _ of [1, 2]) {
        const { durationMs, outcome } = await stack.request('/style.css');
        expect([outcome, durationMs >= 150]).toEqual(['200 from web', true]);
      }
    });

    it('speaks TLS with whoever is in front', async () => {
      expect(await page('https://www.foobar.com/')).toBe('200 from app');
      await change(add('balancer'));
      expect(await page('https://www.foobar.com/')).toBe('200 from app');
      await change(add('cdn'));
      stack.forget();
      const { outcome, via } = await stack.request('https://www.foobar.com/');
      expect([outcome, via.slice(0, 3)]).toEqual(['200 from app', ['dns', 'cdn', 'balancer']]);
    });

    it('has a part obey its file again that was put back by hand and never reloaded', async () => {
      const conf = file('web/nginx.conf');
      const [right, wrong] = ['proxy_pass http://app;', 'proxy_pass http://127.0.0.1:9;'];
      await stack.edit(conf, content => content.replaceAll(right, wrong));
      await stack.control('reload', 'web');
      await until(async () => (await page()) === '502 from web');
      await stack.edit(conf, content => content.replaceAll(wrong, right));
      await stack.reset();
      expect(await page()).toBe('200 from app');
    });

    it('forgets at a reset whose turn it was behind a balancer, and by how much a replica was late', async () => {
      await stack.reset('replicated');
      const first = async () =>
        (await stack.request('/')).hops.flatMap(hop => (hop.part === 'app' ? [hop.server] : []))[0];
      expect(await first()).toBe('server-1');
      await stack.delay('db-2', 60_000);
      await stack.reset('replicated');
      expect(await first()).toBe('server-1');
      await insert('soon');
      await until(async () => (await rowsNamed('soon', 'db-2')) === 1);
    });

    it('comes back from anything to what it was, and to any other', async () => {
      await insert('gone');
      await change(add('balancer'), add('server'), add('cache'), { type: 'move-db' }, add('replica'));
      await change({ type: 'promote', server: 'db-2' }, { type: 'scale', server: 'server-1', workers: 4 });
      await stack.control('kill', 'server-2');
      await stack.reset('replicated');
      expect(stack.topology.name).toBe('replicated');
      expect(primaryOf(stack.topology)?.id).toBe('db@db-1');
      expect(partById(stack.topology, 'app@server-1')?.workers).toBe(8);
      expect(stack.status().every(({ state }) => state === 'running')).toBe(true);
      expect([await rowsNamed('gone'), await page()]).toEqual([0, '200 from app']);
      await until(async () => (await rowsNamed('gone', 'db-2').catch(() => 1)) === 0);
      await stack.reset();
      expect(stack.topology.servers.map(server => server.name)).toEqual(['dns-1', 'server-1']);
      expect(await page()).toBe('200 from app');
    });
  });
