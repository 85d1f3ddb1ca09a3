import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import { type DnsServer, startDns } from '../../../src/stack/parts/dns/server.ts';
import { loopback } from '../../../src/stack/ports.ts';
import type { Surroundings } from '../../../src/stack/traffic/protocol.ts';
import { zoneText } from '../parts/dns/zones.ts';

/** What surrounds visitors: a real DNS server, and whatever listens at 8.8.8.8:80. */
export interface TrafficLab {
  surroundings: Surroundings;
  dns: DnsServer;
  /** The same with something else at 8.8.8.8:80. */
  with(here: Endpoint, part?: string): Surroundings;
  close(): Promise<void>;
}

export const startTrafficLab = async (web: Endpoint, ...lines: string[]): Promise<TrafficLab> => {
  const dir = await mkdtemp(join(tmpdir(), 'traffic-'));
  const zone = join(dir, 'foobar.com.zone');
  await writeFile(zone, zoneText(...(lines.length > 0 ? lines : ['www A 8.8.8.8'])));
  const dns = await startDns(
    { listen: { host: loopback, port: 0 }, origin: 'foobar.com', zone, log: join(dir, 'queries.log') },
    () => {},
  );
  const around = (here: Endpoint, part = 'web'): Surroundings => ({
    doors: [{ part, address: { host: '8.8.8.8', port: 80 }, here }],
    resolvers: [{ story: { host: '192.0.2.53', port: 53 }, here: dns.here }],
  });
  return {
    surroundings: around(web),
    dns,
    with: around,
    close: async () => {
      await dns.close();
      await rm(dir, { recursive: true });
    },
  };
};
