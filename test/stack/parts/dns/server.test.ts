import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DecodedPacket, decode, encode, type Packet, streamEncode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DnsServer, startDns } from '../../../../src/stack/parts/dns/server.ts';
import { freePorts, loopback } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { dig, hasDig } from './dig.ts';
import { zoneText } from './zones.ts';

const long = `"${'x'.repeat(250)}"`;
const initial = zoneText(
  'www A 8.8.8.8',
  'blog CNAME www',
  '@ TXT "owner=foobar; site=www"',
  'many A 192.0.2.1',
  'many A 192.0.2.2',
  ...Array.from({ length: 8 }, (_, i) => `big TXT "${i}" ${long}`),
);

let dir: string;
let server: DnsServer;
let said: string[];
const zonePath = () => join(dir, 'foobar.com.zone');

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dns-'));
  said = [];
  await writeFile(zonePath(), initial);
  const [port = 0] = await freePorts(1);
  server = await startDns(
    {
      listen: { host: loopback, port },
      origin: 'foobar.com',
      zone: zonePath(),
      log: join(dir, 'queries.log'),
    },
    line => said.push(line),
  );
});

afterEach(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

const resolver = () => {
  const asking = new Resolver({ timeout: 5000, tries: 2 });
  asking.setServers([`${server.here.host}:${server.here.port}`]);
  return asking;
};

const question = (name: string, id = 1): Packet => ({
  type: 'query',
  id,
  questions: [{ name, type: 'A', class: 'IN' }],
});

describe.skipIf(!hasDig)('dig (skipped when dig is not installed)', () => {
  it('+short gives the address, over UDP and TCP', async () => {
    expect(await dig(server.here, '+short', 'www.foobar.com')).toEqual(['8.8.8.8', '']);
    expect(await dig(server.here, '+short', '+tcp', 'blog.foobar.com')).toEqual([
      'www.foobar.com.',
      '8.8.8.8',
      '',
    ]);
  });

  it('sees authority, and the warning about recursion only when it asked for that', async () => {
    const asked = await dig(server.here, 'www.foobar.com');
    expect(asked).toContain(';; WARNING: recursion requested but not available');
    const plain = (await dig(server.here, '+norecurse', 'www.foobar.com')).join('\n');
    expect(plain).toMatch(/status: NOERROR/);
    expect(plain).toMatch(/flags: qr aa; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1/);
    expect(plain).not.toMatch(/WARNING/);
    expect(plain).toMatch(/^www\.foobar\.com\. 300 IN A 8\.8\.8\.8$/m);
  });

  it('sees the SOA for a name or a record that is missing', async () => {
    const soa = 'foobar.com. 60 IN SOA ns1.foobar.com. hostmaster.foobar.com. 1 3600 600 604800 60';
    const missing = await dig(server.here, 'nope.foobar.com');
    expect(missing.join('\n')).toMatch(/status: NXDOMAIN/);
    expect(missing).toContain(soa);
    const nodata = await dig(server.here, 'AAAA', 'www.foobar.com');
    expect(nodata.join('\n')).toMatch(/status: NOERROR.*\n.*ANSWER: 0, AUTHORITY: 1/);
    expect(nodata).toContain(soa);
  });

  it('reads a TXT record with a semicolon', async () => {
    expect(await dig(server.here, '+short', 'TXT', 'foobar.com')).toEqual(['"owner=foobar; site=www"', '']);
  });

  it('asks again over TCP when the answer was truncated', async () => {
    const cut = (await dig(server.here, '+ignore', 'TXT', 'big.foobar.com')).join('\n');
    expect(cut).toMatch(/flags: qr aa tc rd;/);
    const whole = (await dig(server.here, 'TXT', 'big.foobar.com')).join('\n');
    expect(whole).toMatch(/;; Truncated, retrying in TCP mode\./);
    expect(whole).toMatch(/ANSWER: 8,/);
    const large = (await dig(server.here, '+bufsize=4096', '+ignore', 'TXT', 'big.foobar.com')).join('\n');
    expect(large).toMatch(/ANSWER: 8,/);
  });

  it('speaks EDNS only with those who do, and only version 0', async () => {
    const ask = async (...args: string[]): Promise<string> =>
      (await dig(server.here, '+norecurse', ...args, 'www.foobar.com')).join('\n');
    expect(await ask('+edns=0', '+nocookie')).toMatch(/^; EDNS: version: 0, flags:; udp: 4096$/m);
    expect(await ask('+dnssec', '+nsid', '+subnet=192.0.2.0/24')).toMatch(
      /^; EDNS: version: 0, flags: do; udp: 4096$/m,
    );
    expect(await ask('+noedns')).not.toMatch(/EDNS|COOKIE/);
    const unknown = await ask('+edns=1', '+noednsnegotiation');
    expect(unknown).toMatch(/status: BADVERS/);
    expect(unknown).toMatch(/^; EDNS: version: 0,/m);
    expect(await ask('+edns=1', '+ednsnegotiation')).toMatch(/status: NOERROR[\s\S]*8\.8\.8\.8/);
  });

  it('gets as much over UDP as it has room for, with the reason in the answer', async () => {
    const ask = async (size: string): Promise<string> =>
      (await dig(server.here, '+ignore', '+norecurse', `+bufsize=${size}`, 'TXT', 'big.foobar.com')).join(
        '\n',
      );
    for (const small of ['512', '1232', '2047']) {
      const cut = await ask(small);
      expect(cut).toMatch(/flags: qr aa tc;/);
      expect(cut).toMatch(/^; EDNS: version: 0, flags:; udp: 4096$/m);
      expect(Number(/MSG SIZE rcvd: (\d+)/.exec(cut)?.[1])).toBeLessThanOrEqual(Number(small));
    }
    expect(await ask('2500')).toMatch(/flags: qr aa; QUERY: 1, ANSWER: 8,/);
  });

  it('is refused outside the zone, and a zone transfer fails', async () => {
    expect((await dig(server.here, 'www.example.org')).join('\n')).toMatch(/status: REFUSED/);
    expect((await dig(server.here, 'AXFR', 'foobar.com')).join('\n')).toMatch(/Transfer failed/);
  });

  it('gets NOTIMP for another opcode', async () => {
    expect((await dig(server.here, '+opcode=notify', 'foobar.com')).join('\n')).toMatch(/status: NOTIMP/);
  });
});

it("answers Node's resolver with TTL, and with its error codes", async () => {
  const node = resolver();
  expect(await node.resolve4('www.foobar.com', { ttl: true })).toEqual([{ address: '8.8.8.8', ttl: 300 }]);
  expect(await node.resolveTxt('foobar.com')).toEqual([['owner=foobar; site=www']]);
  expect(await node.resolveTxt('big.foobar.com')).toHaveLength(8);
  await expect(node.resolve4('nope.foobar.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(node.resolve6('www.foobar.com')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(node.resolve4('example.org')).rejects.toMatchObject({ code: 'EREFUSED' });
});

it('gives several addresses in turn', async () => {
  const node = resolver();
  const firsts: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) firsts.push((await node.resolve4('many.foobar.com'))[0]);
  expect(firsts).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.2']);
});

it('writes a line for each query to the query log', async () => {
  await resolver().resolve4('www.foobar.com');
  const log = () => readFile(join(dir, 'queries.log'), 'utf8');
  await until(async () => (await log()).endsWith('\n'));
  expect(await log()).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z 127\.0\.0\.1#\d+ udp www\.foobar\.com\. A -> NOERROR: A 8\.8\.8\.8\n$/,
  );
});

describe('the zone', () => {
  const address = async () => (await resolver().resolve4('www.foobar.com'))[0];

  it('is read again when the file was saved', async () => {
    await writeFile(zonePath(), initial.replace('www A 8.8.8.8', 'www A 192.0.2.99'));
    await until(async () => (await address()) === '192.0.2.99');
    expect(said).toEqual([
      expect.stringMatching(/^foobar\.com\.zone: loaded, serial 1, \d+ records$/),
      'foobar.com.zone: records changed, but the serial is still 1: secondary name servers keep the old records until it goes up',
    ]);
  });

  it.each([
    ['went up', '2', '$TTL 300', []],
    ['is the same and so are the records', '1', '$TTL 300 ; written otherwise', []],
    [
      'went back',
      '4294967295',
      '$TTL 300',
      [
        'foobar.com.zone: the serial went back from 1 to 4294967295: secondary name servers keep what they have until it is above 1',
      ],
    ],
  ])('warns of nothing but traps: the serial %s', async (_, serial, ttl, warnings) => {
    await writeFile(
      zonePath(),
      initial.replace('hostmaster 1 ', `hostmaster ${serial} `).replace('$TTL 300', ttl),
    );
    await server.reload();
    expect(said.filter(line => !line.includes(': loaded, serial '))).toEqual(warnings);
  });

  it('stays as it was when the new one is broken, and the report has the line', async () => {
    await writeFile(zonePath(), initial.replace('www A 8.8.8.8', 'www A 8.8.8'));
    await server.reload();
    expect(said[0]).toBe(
      'foobar.com.zone:6: "8.8.8" is no IPv4 address such as 8.8.8.8; the zone as it was before stays in use',
    );
    expect(await address()).toBe('8.8.8.8');
  });

  it('is read once when it was saved and the server was asked to read it, too', async () => {
    await writeFile(zonePath(), initial.replace('www A 8.8.8.8', 'www A 192.0.2.99'));
    await Promise.all([server.reload(), server.reload()]);
    const warnings = said.filter(line => line.includes('records changed'));
    expect(warnings).toHaveLength(1);
  });

  it('is reported when it is gone', async () => {
    await rm(zonePath());
    await server.reload();
    expect(said[0]).toMatch(/ENOENT.*; the zone as it was before stays in use$/);
    expect(await address()).toBe('8.8.8.8');
  });

  it('must be right at the start', async () => {
    const zone = join(dir, 'broken.zone');
    await writeFile(zone, zoneText('www A x'));
    const listen = { host: loopback, port: 0 };
    await expect(
      startDns({ listen, origin: 'foobar.com', zone, log: join(dir, 'x.log') }, () => {}),
    ).rejects.toThrow('broken.zone:6: "x" is no IPv4 address');
  });
});

describe('over TCP', () => {
  let socket: Socket;
  beforeEach(async () => {
    socket = connect(server.here.port, server.here.host);
    socket.on('error', () => {});
    await once(socket, 'connect');
  });
  afterEach(() => {
    socket.destroy();
  });

  /** Reads until so many whole messages have come. */
  const messages = async (count: number): Promise<DecodedPacket[]> => {
    let bytes = Buffer.alloc(0);
    const packets: DecodedPacket[] = [];
    for await (const piece of socket as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, piece]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        packets.push(decode(bytes.subarray(2, 2 + bytes.readUInt16BE(0))));
        bytes = bytes.subarray(2 + bytes.readUInt16BE(0));
      }
      if (packets.length >= count) break;
    }
    return packets;
  };

  it('answers several questions of one piece in their order', async () => {
    const names = ['www', 'blog', 'many', 'nope'];
    socket.write(Buffer.concat(names.map((name, id) => streamEncode(question(`${name}.foobar.com`, id)))));
    const packets = await messages(names.length);
    expect(packets.map(({ id, questions }) => [id, questions?.[0]?.name])).toEqual(
      names.map((name, id) => [id, `${name}.foobar.com`]),
    );
  });

  it('answers a question that comes byte by byte', async () => {
    socket.setNoDelay(true);
    for (const byte of streamEncode(question('www.foobar.com', 7))) socket.write(Buffer.of(byte));
    expect((await messages(1))[0]).toMatchObject({ id: 7, answers: [{ data: '8.8.8.8' }] });
  });

  it('hangs up on what is no question, and goes on with the others', async () => {
    socket.resume();
    socket.write('GET / HTTP/1.1\r\nHost: www.foobar.com\r\n\r\n');
    const other = connect(server.here.port, server.here.host);
    other.on('error', () => {});
    other.resume();
    other.write(Buffer.from([0, 3, 1, 2, 3]));
    await once(other, 'close');
    expect((await resolver().resolve4('www.foobar.com'))[0]).toBe('8.8.8.8');
  });
});

it('survives a flood of broken packets', async () => {
  const socket = createSocket('udp4');
  try {
    const good = encode(question('www.foobar.com'));
    for (let i = 0; i < 500; i++) {
      const bytes = Buffer.from(good);
      bytes[i % good.length] = (i * 37) % 256;
      await new Promise(resolve =>
        socket.send(bytes.subarray(0, i % 50), server.here.port, server.here.host, resolve),
      );
    }
  } finally {
    socket.close();
  }
  expect((await resolver().resolve4('www.foobar.com'))[0]).toBe('8.8.8.8');
});
