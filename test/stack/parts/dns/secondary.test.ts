import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DecodedPacket, encode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../../src/stack/address-book.ts';
import { askServer } from '../../../../src/stack/browser/dns-client.ts';
import { type DnsConfig, type DnsServer, startDns } from '../../../../src/stack/parts/dns/server.ts';
import { freePorts, loopback } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { dig, hasDig } from './dig.ts';
import { zoneText } from './zones.ts';

const key = { name: 'transfer', secret: Buffer.from('the key of this test').toString('base64') };
const long = `"${'x'.repeat(250)}"`;
/** Of several messages. */
const many = Array.from({ length: 200 }, (_, i) => `t${i} TXT "${i}" ${long}`);

let dir: string;
let places: { primary: Endpoint; secondary: Endpoint };
let said: Record<'primary' | 'secondary', string[]>;
let open: DnsServer[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dns-'));
  const [one = 0, two = 0] = await freePorts(2);
  places = { primary: { host: loopback, port: one }, secondary: { host: loopback, port: two } };
  said = { primary: [], secondary: [] };
  open = [];
});

afterEach(async () => {
  for (const server of open) await server.close();
  await rm(dir, { recursive: true });
});

const zonePath = () => join(dir, 'foobar.com.zone');
const copyPath = () => join(dir, 'foobar.com.copy');
const zoneWith = ({ serial = 1, times = '3600 600 604800', lines = ['www A 8.8.8.8'] } = {}): string =>
  zoneText(...lines).replace('hostmaster 1 3600 600 604800', `hostmaster ${serial} ${times}`);

const started = async (which: 'primary' | 'secondary', config: Partial<DnsConfig>): Promise<DnsServer> => {
  const server = await startDns(
    {
      listen: places[which],
      origin: 'foobar.com',
      zone: which === 'primary' ? zonePath() : copyPath(),
      log: join(dir, `${which}.log`),
      key,
      ...config,
    },
    line => said[which].push(line),
  );
  open.push(server);
  return server;
};
const startPrimary = async (zone = zoneWith(), config: Partial<DnsConfig> = {}): Promise<DnsServer> => {
  await writeFile(zonePath(), zone);
  return started('primary', {
    secondaries: [{ name: '198.51.100.53', here: places.secondary }],
    ...config,
  });
};
const startSecondary = (config: Partial<DnsConfig> = {}): Promise<DnsServer> =>
  started('secondary', { source: { name: '192.0.2.53', here: places.primary }, ...config });
const close = async (server: DnsServer): Promise<void> => {
  open.splice(open.indexOf(server), 1);
  await server.close();
};

const ask = async (name = 'www.foobar.com', here = places.secondary) => {
  const question = { name, type: 'A', class: 'IN' } as const;
  const { packet } = await askServer(here, question, { tryMs: 5000, tries: 2 });
  const { rcode, answers } = packet as DecodedPacket & { rcode: string };
  return rcode === 'NOERROR' ? (answers?.[0] as { data?: string } | undefined)?.data : rcode;
};
const becomes = (address: string) => until(async () => (await ask()) === address);

it('has the whole zone of its source when it is ready, and keeps a copy', async () => {
  await startPrimary(zoneWith({ lines: ['www A 8.8.8.8', ...many, '*.wild A 192.0.2.7', 'mx MX 10 www'] }));
  const secondary = await startSecondary();
  await secondary.ready;
  expect(await ask()).toBe('8.8.8.8');
  expect(await ask('a.wild.foobar.com')).toBe('192.0.2.7');
  expect(said.secondary).toEqual([
    `transferred from 192.0.2.53 (here 127.0.0.1:${places.primary.port}): serial 1, 206 records`,
  ]);
  expect(await readFile(copyPath(), 'utf8')).toMatch(/^www\.foobar\.com\. 300 IN A 8\.8\.8\.8$/m);
  expect(await readFile(join(dir, 'primary.log'), 'utf8')).toMatch(
    / tcp foobar\.com\. AXFR -> NOERROR: all 206 records, serial 1\n/,
  );
});

it('is told when the zone was saved with a higher serial', async () => {
  await startPrimary();
  await (await startSecondary()).ready;
  const heard = () => said.primary.filter(line => line === '198.51.100.53 has heard of the new zone').length;
  // Of the one that the primary had at its start.
  await until(() => heard() === 1);
  await writeFile(zonePath(), zoneWith({ serial: 2, lines: ['www A 192.0.2.99'] }));
  await becomes('192.0.2.99');
  expect(heard()).toBe(2);
});

it('keeps the old answers when the serial was forgotten, also when it looks, until it goes up', async () => {
  const primary = await startPrimary();
  const secondary = await startSecondary();
  await secondary.ready;
  await writeFile(zonePath(), zoneWith({ lines: ['www A 192.0.2.99'] }));
  await primary.reload();
  expect(await ask('www.foobar.com', places.primary)).toBe('192.0.2.99');
  expect(said.primary.at(-1)).toMatch(/^foobar\.com\.zone: records changed, but the serial is still 1: /);
  await secondary.reload();
  expect(await ask()).toBe('8.8.8.8');
  expect(said.secondary.at(-1)).toMatch(/has serial 1 as we have: nothing to transfer$/);
  await writeFile(zonePath(), zoneWith({ serial: 2, lines: ['www A 192.0.2.99'] }));
  await becomes('192.0.2.99');
});

it('keeps what it has when the serial goes back', async () => {
  const primary = await startPrimary(zoneWith({ serial: 7 }));
  const secondary = await startSecondary();
  await secondary.ready;
  await writeFile(zonePath(), zoneWith({ serial: 6, lines: ['www A 192.0.2.99'] }));
  await primary.reload();
  await secondary.reload();
  expect(await ask()).toBe('8.8.8.8');
  expect(said.secondary.at(-1)).toMatch(/has serial 6, which is lower than ours, 7: ours stays in use$/);
});

describe('while its source is gone', () => {
  it('answers, also after a restart of its own, and follows when the source is back', async () => {
    const primary = await startPrimary();
    const secondary = await startSecondary();
    await secondary.ready;
    await close(primary);
    await close(secondary);
    const again = await startSecondary();
    await again.ready;
    expect(await ask()).toBe('8.8.8.8');
    expect(said.secondary.slice(1)).toEqual([
      'foobar.com.copy: loaded, serial 1, 4 records',
      expect.stringMatching(
        /^no transfer: 192\.0\.2\.53 .* refuses: nothing listens there; serial 1 stays in use$/,
      ),
    ]);
    // At its start the source tells everybody.
    await startPrimary(zoneWith({ serial: 2, lines: ['www A 192.0.2.99'] }));
    await becomes('192.0.2.99');
  });

  it('answers SERVFAIL without a copy, tries again and again, and is ready when it has the zone', async () => {
    const secondary = await startSecondary();
    let ready = false;
    void secondary.ready.then(() => {
      ready = true;
    });
    expect(await ask()).toBe('SERVFAIL');
    expect(await ask('www.example.org')).toBe('REFUSED');
    await until(() => said.secondary.length > 0);
    expect(said.secondary[0]).toMatch(
      /^no transfer: .* refused the connection; without the zone nobody gets an answer$/,
    );
    expect(ready).toBe(false);
    await startPrimary(zoneWith(), { secondaries: [] });
    await secondary.ready;
    expect(await ask()).toBe('8.8.8.8');
    // The same failure again and again is one line.
    expect(said.secondary).toHaveLength(2);
  });

  it('is ready with its copy when the source is silent', async () => {
    const primary = await startPrimary();
    const first = await startSecondary();
    await first.ready;
    await close(first);
    await close(primary);
    const silent = createSocket('udp4').bind(places.primary.port, loopback);
    await once(silent, 'listening');
    try {
      await (await startSecondary()).ready;
      expect(await ask()).toBe('8.8.8.8');
      expect(said.secondary.at(-1)).toMatch(/ is silent; serial 1 stays in use$/);
    } finally {
      silent.close();
    }
  });

  it('knows nothing any more when the zone has expired, and takes it anew', async () => {
    const primary = await startPrimary(zoneWith({ times: '1 1 2' }));
    await (await startSecondary()).ready;
    await close(primary);
    await until(async () => (await ask()) === 'SERVFAIL');
    expect(said.secondary.join('\n')).toMatch(/serial 1 has expired: there was no contact to .* for 2 s/);
    await startPrimary(zoneWith({ times: '1 1 2' }), { secondaries: [] });
    await becomes('8.8.8.8');
  });

  it('does not believe a copy that has expired', async () => {
    await writeFile(copyPath(), zoneWith({ times: '1 1 60' }));
    await utimes(copyPath(), new Date(), new Date(Date.now() - 61_000));
    await startSecondary();
    expect(await ask()).toBe('SERVFAIL');
  });

  it('does not believe a copy that is broken', async () => {
    await writeFile(copyPath(), 'nonsense');
    await startSecondary();
    expect(await ask()).toBe('SERVFAIL');
    expect(said.secondary[0]).toMatch(/^foobar\.com\.copy:1: .*: the copy is of no use$/);
  });
});

it('looks by itself after the refresh time, when nobody tells it', async () => {
  await startPrimary(zoneWith({ times: '1 1 3600' }), { secondaries: [] });
  await (await startSecondary()).ready;
  await writeFile(zonePath(), zoneWith({ serial: 2, times: '1 1 3600', lines: ['www A 192.0.2.99'] }));
  await becomes('192.0.2.99');
});

it('takes nothing from a source that does not have the key', async () => {
  await startPrimary(zoneWith(), { key: { ...key, secret: Buffer.from('another').toString('base64') } });
  await startSecondary();
  await until(() => said.secondary.length > 0);
  expect(said.secondary[0]).toMatch(/ answered REFUSED; without the zone nobody gets an answer$/);
  expect(await ask()).toBe('SERVFAIL');
});

it('takes nothing from a source that answers without a signature', async () => {
  const answers = [{ type: 'A', name: 'www.foobar.com', ttl: 1, data: '6.6.6.6' } as const];
  const liar = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', query => {
      const message = encode({ type: 'response', id: query.readUInt16BE(2), answers });
      socket.write(Buffer.concat([Buffer.of(0, message.length), message]));
    });
  });
  liar.listen(places.primary.port, loopback);
  await once(liar, 'listening');
  try {
    await startSecondary();
    await until(() => said.secondary.length > 0);
    expect(said.secondary[0]).toMatch(/ signed its answer in a way that does not fit; /);
  } finally {
    liar.close();
  }
});

it('a primary that has a new secondary tells it at the next reload, also when the zone is the same', async () => {
  const primary = await startPrimary(zoneWith(), { secondaries: [] });
  const secondary = await startSecondary();
  await secondary.ready;
  await primary.reload({
    ...{ listen: places.primary, origin: 'foobar.com', zone: zonePath(), log: join(dir, 'primary.log') },
    secondaries: [{ name: '198.51.100.53', here: places.secondary }],
  });
  await until(() => said.primary.includes('198.51.100.53 has heard of the new zone'));
});

it('nobody but its source may tell it of a new zone', async () => {
  await startPrimary(zoneWith(), { secondaries: [] });
  await (await startSecondary()).ready;
  const notify = encode({
    ...{ type: 'query', id: 9, flags: 4 << 11 },
    questions: [{ name: 'foobar.com', type: 'SOA', class: 'IN' }],
  });
  const stranger = createSocket('udp4');
  try {
    stranger.send(notify, places.secondary.port, places.secondary.host);
    const [answer] = (await once(stranger, 'message')) as [Buffer];
    expect(answer.readUInt8(3) & 0xf).toBe(4);
  } finally {
    stranger.close();
  }
  expect(said.secondary).toHaveLength(1);
});

describe.skipIf(!hasDig)('dig (skipped when dig is not installed)', () => {
  const axfr = (here: Endpoint, ...args: string[]): Promise<string[]> =>
    dig(here, ...args, 'foobar.com', 'AXFR');

  it('is refused the zone by both, and gets it with the key', async () => {
    await startPrimary(zoneWith({ lines: ['www A 8.8.8.8', ...many] }));
    await (await startSecondary()).ready;
    for (const here of [places.primary, places.secondary]) {
      expect((await axfr(here)).join('\n')).toMatch(/; Transfer failed\./);
      const wrong = Buffer.from('a guess').toString('base64');
      expect((await axfr(here, '-y', `hmac-sha256:transfer:${wrong}`)).join('\n')).toMatch(/Transfer failed/);
      const right = (await axfr(here, '-y', `hmac-sha256:transfer:${key.secret}`)).join('\n');
      expect(right).toMatch(/^www\.foobar\.com\. 300 IN A 8\.8\.8\.8$/m);
      expect(right).toMatch(/XFR size: 205 records \(messages [2-9]/);
      expect(right).not.toMatch(/Couldn't verify|Transfer failed|WARNING/);
    }
    expect(await readFile(join(dir, 'primary.log'), 'utf8')).toMatch(/ tcp foobar\.com\. AXFR -> REFUSED\n/);
  });
});
