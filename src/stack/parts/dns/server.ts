import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createWriteStream, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import type { Endpoint } from '../../address-book.ts';
import type { Turns } from './answer.ts';
import { serve, type Transport } from './message.ts';
import { serveStream } from './tcp.ts';
import { parseZone, type Zone } from './zone.ts';

export interface DnsConfig {
  listen: Endpoint;
  origin: string;
  /** Path of the zone file. */
  zone: string;
  /** Path of the query log. */
  log: string;
}

export interface DnsServer {
  here: Endpoint;
  /** Reads the zone again; a broken one is reported and the old one stays. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Editors and networks are not told apart: every system can ask for a file's time. */
const watchEveryMs = 200;
/** Lines that wait for a slow disk; a flood of queries beyond that is answered but not logged. */
const waitingLogBytes = 1 << 20;

/**
 * Serves one zone over UDP and TCP on the same port. Throws ZoneError when the zone cannot be read at the
 * start, as nginx does with a broken configuration. `report` gets one line per event.
 */
export const startDns = async (config: DnsConfig, report: (line: string) => void): Promise<DnsServer> => {
  const read = async () => parseZone(await readFile(config.zone, 'utf8'), { file, origin: config.origin });
  const file = basename(config.zone);
  let zone: Zone = await read();
  const log = createWriteStream(config.log, { flags: 'a' });
  log.on('error', error => report(`the query log cannot be written: ${error.message}`));
  const turns = turnTable();

  const respond = (query: Buffer, transport: Transport, client: string): Buffer | undefined => {
    const served = serve(query, zone, transport, turns);
    if (!served) return undefined;
    if (log.writableLength < waitingLogBytes)
      log.write(`${new Date().toISOString()} ${client} ${transport} ${served.summary}\n`);
    return served.bytes;
  };

  const tcp = createServer(socket => serveStream(socket, respond));
  tcp.maxConnections = 100;
  tcp.listen(config.listen.port, config.listen.host);
  await once(tcp, 'listening');
  const here = { host: config.listen.host, port: (tcp.address() as { port: number }).port };

  const udp = createSocket('udp4');
  udp.on('message', (query, { address, port }) => {
    const answer = respond(query, 'udp', `${address}#${port}`);
    // A client that has gone, or a port that cannot be sent to, is no trouble of the server.
    if (answer) udp.send(answer, port, address, () => {});
  });
  udp.bind(here.port, here.host);
  await once(udp, 'listening');
  udp.on('error', error => report(`udp: ${error.message}`));

  const reload = async () => {
    try {
      zone = await read();
      report(`${file}: loaded, serial ${zone.soa.data.serial}, ${zone.records.length} records`);
    } catch (error) {
      report(
        `${error instanceof Error ? error.message : String(error)}; the zone as it was before stays in use`,
      );
    }
  };
  const onChange = () => void reload();
  watchFile(config.zone, { interval: watchEveryMs, persistent: false }, onChange);

  return {
    here,
    reload,
    close: async () => {
      unwatchFile(config.zone, onChange);
      udp.close();
      tcp.close();
      log.end();
      await once(log, 'close');
    },
  };
};

const turnTable = (): Turns => {
  const counts = new Map<string, number>();
  return set => {
    const count = counts.get(set) ?? 0;
    counts.set(set, count + 1);
    return count;
  };
};
