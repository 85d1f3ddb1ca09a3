import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../../src/stack/address-book.ts';
import { askServer } from '../../../../src/stack/browser/dns-client.ts';
import { embeddedDns } from '../../../../src/stack/parts/dns/embedded.ts';
import type { Placement, SiteAddresses } from '../../../../src/stack/parts/part.ts';
import { freePorts, loopback } from '../../../../src/stack/ports.ts';
import { linkedFrom, type PartId, partById, partsOf } from '../../../../src/stack/topology.ts';
import { changeTopology, topologyByName } from '../../../../src/stack/topology-changes.ts';
import { until } from '../../../until.ts';

let dir: string;
let ports: number[];
let topology: ReturnType<typeof topologyByName>;
let site: SiteAddresses;
let at: Placement;
let children: ChildProcess[];

const here = (id: PartId): Endpoint => ({ host: loopback, port: ports[id === 'dns@dns-1' ? 0 : 1] ?? 0 });

const placement = (id: PartId): Placement => ({
  get plan() {
    const plan = partById(topology, id);
    if (!plan) throw new Error(`no ${id} in the topology`);
    return plan;
  },
  dir: join(dir, id),
  siteDir: '',
  listen: here(id),
  peers: () => linkedFrom(topology, id).map(plan => ({ plan, here: here(plan.id) })),
  followers: () =>
    partsOf(topology)
      .filter(({ source }) => source === id)
      .map(plan => ({ plan, here: here(plan.id) })),
  site: () => site,
  accounts: {
    database: '',
    web: { user: '', password: '' },
    admin: { user: '', password: 'secret' },
    replication: { user: '', password: '' },
  },
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dns-'));
  ports = await freePorts(2);
  topology = topologyByName('one-server');
  site = { www: '8.8.8.8', apex: '8.8.8.8', nameServers: ['192.0.2.53'] };
  at = placement('dns@dns-1');
  await mkdir(at.dir);
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(dir, { recursive: true });
});

const zonePath = () => join(at.dir, 'foobar.com.zone');

/** As the runner does. */
const start = async (place = at): Promise<ChildProcess> => {
  await mkdir(place.dir, { recursive: true });
  await embeddedDns.prepare(place);
  const { file, args } = embeddedDns.launch(place);
  const output = openSync(join(place.dir, 'output.log'), 'a');
  const started = spawn(file, args, { stdio: ['pipe', output, output] });
  children.push(started);
  return started;
};
const outputOf = (place = at): Promise<string> => readFile(join(place.dir, 'output.log'), 'utf8');

const answers = (place = at) => embeddedDns.answers(place, AbortSignal.timeout(1000));

const address = async (place = at): Promise<unknown> => {
  const question = { name: 'www.foobar.com', type: 'A', class: 'IN' } as const;
  const { packet } = await askServer(place.listen, question, { tryMs: 5000, tries: 1 });
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
  expect(await outputOf()).toMatch(/^dns: foobar\.com\.zone: loaded, serial 1, 7 records$/m);

  const log = await readFile(embeddedDns.logs(at)[0] ?? '', 'utf8');
  expect(log).toMatch(/ udp www\.foobar\.com\. A -> NOERROR: A 8\.8\.8\.8\n/);
  started.kill('SIGTERM');
  expect(await once(started, 'exit')).toEqual([0, null]);
});

it('keeps the zone that the learner edited', async () => {
  await embeddedDns.prepare(at);
  expect([...(embeddedDns.generated?.(at).keys() ?? [])]).toEqual([zonePath()]);
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
  expect(await outputOf()).toBe('dns: foobar.com.zone:1: a record type is missing, such as A or CNAME\n');
});

it('ends when its standard input closes', async () => {
  const started = await start();
  await until(answers);
  started.stdin?.end();
  expect(await once(started, 'exit')).toEqual([0, null]);
});

describe('the zone file', () => {
  const generated = () => embeddedDns.generated?.(at).get(zonePath());

  it('follows from the plan, and says nothing new by itself', () => {
    const before = generated()?.text;
    site = { www: '203.0.113.10', apex: '8.8.8.8', nameServers: ['192.0.2.53', '198.51.100.53'] };
    const after = generated()?.text;
    expect(after).toMatch(/^www {3}IN {2}A {6}203\.0\.113\.10$/m);
    expect(after).toMatch(/^@ {5}IN {2}NS {5}ns2$/m);
    expect(after).toMatch(/^ns2 {3}IN {2}A {6}198\.51\.100\.53$/m);
    const serial = /^ +1 +; serial/m;
    expect([before, after].every(text => serial.test(text ?? ''))).toBe(true);
  });

  it('gets a higher serial where it takes the place of another', () => {
    const { text = '', revised } = generated() ?? {};
    expect(revised?.(text, text)).toBe(text.replace('1        ; serial', '2        ; serial'));
  });

  it('is kept from other people: what names the key, too', async () => {
    await embeddedDns.prepare(at);
    expect((await stat(join(at.dir, 'dns.json'))).mode & 0o077).toBe(0);
  });
});

describe('a second name server', () => {
  let second: Placement;
  beforeEach(() => {
    const { topology: next } = changeTopology(topology, { type: 'add', what: 'dns' });
    if (next) topology = next;
    second = placement('dns@dns-2');
  });

  it('has nothing to edit, starts with the zone of the first, and answers when that is gone', async () => {
    const first = await start();
    await start(second);
    await until(() => answers(second));
    expect(embeddedDns.generated?.(second)).toEqual(new Map());
    expect((await readdir(second.dir)).toSorted()).toEqual(
      ['dns.json', 'foobar.com.copy', 'output.log', 'queries.log'].toSorted(),
    );
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(await address(second)).toBe('8.8.8.8');
  });

  it('is told by a first one that was reloaded and did not know of it before', async () => {
    const known = topology;
    topology = topologyByName('one-server');
    const first = await start();
    await until(answers);
    topology = known;
    await start(second);
    await until(() => answers(second));
    const zone = await readFile(zonePath(), 'utf8');
    await writeFile(zonePath(), zone.replaceAll('8.8.8.8', '192.0.2.1').replace('1        ;', '2        ;'));
    await embeddedDns.reload?.(at, first.pid ?? 0, () => void first.kill('SIGHUP'));
    expect(await address()).toBe('192.0.2.1');
    await until(async () => (await address(second)) === '192.0.2.1');
  });

  it('throws its copy away only when it is not what the plan says', async () => {
    expect(await embeddedDns.discard?.(at)).toBe(false);
    await start();
    await start(second);
    await until(() => answers(second));
    expect(await embeddedDns.discard?.(second)).toBe(false);
    site = { ...site, www: '203.0.113.10' };
    expect(await embeddedDns.discard?.(second)).toBe(true);
    expect(await readdir(second.dir)).not.toContain('foobar.com.copy');
  });
});
