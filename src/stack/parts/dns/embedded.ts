import { createHmac } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processEntry } from '../../entries.ts';
import { siteHost } from '../../topology.ts';
import { LineTail } from '../line-tail.ts';
import type { PartEngine, Peer, Placement } from '../part.ts';
import type { Neighbour } from './notify.ts';
import { withRaisedSerial } from './serial.ts';
import type { DnsConfig } from './server.ts';
import type { TransferKey } from './tsig.ts';
import { zoneFile } from './zone-file.ts';

const origin = siteHost.slice(siteHost.indexOf('.') + 1);
const reloadDeadlineMs = 5000;
const pollMs = 10;

const paths = ({ dir, plan }: Placement) => ({
  config: join(dir, 'dns.json'),
  zone: join(dir, `${origin}.${plan.source ? 'copy' : 'zone'}`),
  log: join(dir, 'queries.log'),
  output: join(dir, 'output.log'),
});

/** All name servers of a run have the same key, by which they know each other when a zone is handed on. */
const transferKey = ({ accounts }: Placement): TransferKey => ({
  name: 'transfer',
  secret: createHmac('sha256', accounts.admin.password).update('zone transfer').digest('base64'),
});

const neighbour = ({ plan, here }: Peer): Neighbour => ({ name: plan.address.host, here });

const writeConfig = async (at: Placement): Promise<void> => {
  const { config, zone, log } = paths(at);
  const [source] = at.peers('dns');
  const settings: DnsConfig = {
    ...{ listen: at.listen, origin, zone, log, key: transferKey(at) },
    ...(at.plan.source && source && { source: neighbour(source) }),
    secondaries: at.followers().map(neighbour),
  };
  await writeFile(config, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
};

const zoneText = (at: Placement): string => zoneFile({ origin, ...at.site() });

export const embeddedDns: PartEngine = {
  part: 'dns',
  engine: 'embedded',
  label: 'embedded, authoritative server',
  reloads: true,

  async prepare(at) {
    await writeConfig(at);
    for (const [path, { text }] of embeddedDns.generated?.(at) ?? [])
      await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
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

  async reload(at, _pid, signal) {
    await writeConfig(at);
    const said = new LineTail(paths(at).output);
    await said.read();
    signal();
    const end = performance.now() + reloadDeadlineMs;
    // Whatever comes of it, it says which zone it has now.
    while (
      !(await said.read()).some(line => /serial|stays in use|no transfer/.test(line)) &&
      performance.now() < end
    )
      await sleep(pollMs);
  },

  // A copy is nobody's to edit: it is what the source has.
  generated: at =>
    at.plan.source
      ? new Map()
      : new Map([[paths(at).zone, { text: zoneText(at), revised: withRaisedSerial }]]),

  async discard(at) {
    if (!at.plan.source) return false;
    const copy = await readFile(paths(at).zone, 'utf8').catch(() => undefined);
    const { sameZone } = await import('./same-zone.ts');
    if (copy !== undefined && sameZone(copy, zoneText(at), origin)) return false;
    await rm(paths(at).zone, { force: true });
    return true;
  },

  logs: at => [paths(at).log, paths(at).output],
};
