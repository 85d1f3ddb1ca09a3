import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askServer } from '../../../../src/stack/browser/dns-client.ts';
import { embeddedDns } from '../../../../src/stack/parts/dns/embedded.ts';
import type { Placement } from '../../../../src/stack/parts/part.ts';
import { freePorts, loopback } from '../../../../src/stack/ports.ts';
import { partsOf, topologyByName } from '../../../../src/stack/topology.ts';
import { until } from '../../../until.ts';

let at: Placement;
let child: ChildProcess | undefined;
let output: string;

beforeEach(async () => {
  const plan = partsOf(topologyByName('one-server')).find(({ part }) => part === 'dns');
  if (!plan) throw new Error('no dns in the topology');
  const [port = 0] = await freePorts(1);
  at = {
    plan,
    dir: await mkdtemp(join(tmpdir(), 'dns-')),
    siteDir: '',
    listen: { host: loopback, port },
    peer: () => ({ host: loopback, port: 0 }),
    accounts: { database: '', web: { user: '', password: '' }, admin: { user: '', password: '' } },
  };
  output = '';
  child = undefined;
});

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(at.dir, { recursive: true });
});

const zonePath = () => join(at.dir, 'foobar.com.zone');

const start = async (): Promise<ChildProcess> => {
  await embeddedDns.prepare(at);
  const { file, args } = embeddedDns.launch(at);
  const started = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  started.stderr?.on('data', (piece: Buffer) => {
    output += piece;
  });
  child = started;
  return started;
};

const answers = () => embeddedDns.answers(at, AbortSignal.timeout(1000));

const address = async (): Promise<unknown> => {
  const question = { name: 'www.foobar.com', type: 'A', class: 'IN' } as const;
  const { packet } = await askServer(at.listen, question, { tryMs: 5000, tries: 1 });
  return (packet?.answers?.[0] as { data?: unknown } | undefined)?.data;
};

it('starts from nothing, answers, reloads on SIGHUP and ends on SIGTERM', async () => {
  expect(await answers()).toBe(false);
  const started = await start();
  await until(answers);
  expect(await address()).toBe('8.8.8.8');

  await writeFile(zonePath(), (await readFile(zonePath(), 'utf8')).replaceAll('8.8.8.8', '192.0.2.1'));
  started.kill('SIGHUP');
  await until(async () => (await address()) === '192.0.2.1');
  expect(output).toMatch(/^dns: foobar\.com\.zone: loaded, serial 1, 7 records$/m);

  const log = await readFile(embeddedDns.logs(at)[0] ?? '', 'utf8');
  expect(log).toMatch(/ udp www\.foobar\.com\. A -> NOERROR: A 8\.8\.8\.8\n/);
  started.kill('SIGTERM');
  expect(await once(started, 'exit')).toEqual([0, null]);
});

it('keeps the zone that the learner edited', async () => {
  await embeddedDns.prepare(at);
  expect(embeddedDns.configuration?.(at)).toEqual([zonePath()]);
  const edited = (await readFile(zonePath(), 'utf8')).replace('300', '60');
  await writeFile(zonePath(), edited);
  await embeddedDns.prepare(at);
  expect(await readFile(zonePath(), 'utf8')).toBe(edited);
});

it('says file and line and ends when the zone is broken at the start', async () => {
  await embeddedDns.prepare(at);
  await writeFile(zonePath(), 'nonsense\n');
  const started = await start();
  expect(await once(started, 'exit')).toEqual([1, null]);
  expect(output).toBe('dns: foobar.com.zone:1: a record type is missing, such as A or CNAME\n');
});

it('ends when its standard input closes', async () => {
  const started = await start();
  await until(answers);
  started.stdin?.end();
  expect(await once(started, 'exit')).toEqual([0, null]);
});
