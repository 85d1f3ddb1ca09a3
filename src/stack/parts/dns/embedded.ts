import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processEntry } from '../../entries.ts';
import { partsOf, siteHost, topologyByName } from '../../topology.ts';
import type { PartEngine, Placement } from '../part.ts';
import type { DnsConfig } from './server.ts';
import { zoneFile } from './zone-file.ts';

const origin = siteHost.slice(siteHost.indexOf('.') + 1);

const paths = ({ dir }: Placement) => ({
  config: join(dir, 'dns.json'),
  zone: join(dir, `${origin}.zone`),
  log: join(dir, 'queries.log'),
});

/** The site's public address is the same in every topology: whatever takes it over keeps it. */
const siteAddress = (): string => {
  const web = partsOf(topologyByName('one-server')).find(({ part }) => part === 'web');
  if (!web) throw new Error('the topology has no web part');
  return web.address.host;
};

export const embeddedDns: PartEngine = {
  part: 'dns',
  engine: 'embedded',
  label: 'embedded, authoritative server',
  reloads: true,

  async prepare(at) {
    const { config, zone, log } = paths(at);
    const settings: DnsConfig = { listen: at.listen, origin, zone, log };
    await writeFile(config, `${JSON.stringify(settings, null, 2)}\n`);
    const text = zoneFile({ origin, nameServer: at.plan.address.host, site: siteAddress() });
    await writeFile(zone, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  },

  launch: at => ({ file: process.execPath, args: [processEntry('dns'), paths(at).config], tells: true }),

  async answers(at, signal) {
    try {
      // Loaded when the part's own process is on its way: then the loading costs no time.
      const { askServer } = await import('../../browser/dns-client.ts');
      const { packet } = await askServer(
        at.listen,
        { name: origin, type: 'SOA' },
        { tryMs: 500, tries: 1, signal },
      );
      return packet?.answers?.some(({ type }) => type === 'SOA') ?? false;
    } catch {
      return false;
    }
  },

  configuration: at => [paths(at).zone],

  logs: at => [paths(at).log, join(at.dir, 'output.log')],
};
