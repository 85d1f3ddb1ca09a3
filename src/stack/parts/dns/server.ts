import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import type { Endpoint } from '../../address-book.ts';
import type { Turns } from './answer.ts';
import { serve, type Transport } from './message.ts';
import { acknowledgement, createNotifier, type Neighbour, notifiedZone } from './notify.ts';
import { zoneFromFile } from './primary.ts';
import { zoneFromSource } from './secondary.ts';
import { serveStream } from './tcp.ts';
import { transferOf } from './transfer-out.ts';
import type { TransferKey } from './tsig.ts';

export interface DnsConfig {
  listen: Endpoint;
  origin: string;
  /** Path of the zone file; of a server that repeats another one's zone, of its copy. */
  zone: string;
  /** Path of the query log. */
  log: string;
  /** Whose zone it repeats. */
  source?: Neighbour;
  /** Who repeats its zone, and is told when it has changed. */
  secondaries?: readonly Neighbour[];
  /** Who has it may ask for the whole zone; nobody may when there is none. */
  key?: TransferKey;
}

export interface DnsServer {
  here: Endpoint;
  /** It knows its zone; it listens before. */
  ready: Promise<void>;
  /**
   * Looks for a newer zone, by the configuration that holds now; a broken zone file is reported and what was read
   * before stays.
   */
  reload(config?: DnsConfig): Promise<void>;
  close(): Promise<void>;
}

/** Lines that wait for a slow disk; a flood of queries beyond that is answered but not logged. */
const waitingLogBytes = 1 << 20;

/**
 * Serves one zone over UDP and TCP on the same port. Throws ZoneError when the zone file cannot be read at the
 * start, as nginx does with a broken configuration. `report` gets one line per event.
 */
export const startDns = async (begin: DnsConfig, report: (line: string) => void): Promise<DnsServer> => {
  let config = begin;
  const { origin, listen, key, source, zone: file } = config;
  const udp = createSocket('udp4');
  const send = (message: Buffer, { host, port }: Endpoint): void =>
    // A client that has gone, or a port that cannot be sent to, is no trouble of the server.
    udp.send(message, port, host, () => {});
  const notifier = createNotifier(send, report);
  const keeper =
    source && key
      ? await zoneFromSource({ origin, file, source, key, report })
      : await zoneFromFile({
          ...{ origin, file, report },
          secondaries: () => config.secondaries ?? [],
          tell: (zone, whom) => notifier.tell(zone, whom),
        });
  const log = createWriteStream(config.log, { flags: 'a' });
  log.on('error', error => report(`the query log cannot be written: ${error.message}`));
  const turns = turnTable();

  const note = (client: string, transport: Transport, summary: string): void => {
    if (log.writableLength < waitingLogBytes)
      log.write(`${new Date().toISOString()} ${client} ${transport} ${summary}\n`);
  };

  const respond = (query: Buffer, transport: Transport, client: string): readonly Buffer[] => {
    const { zone } = keeper;
    const transfer = key && zone && transport === 'tcp' ? transferOf(query, zone, key) : undefined;
    const served = serve(query, zone ?? { origin }, transport, turns);
    if (!transfer && !served) return [];
    note(client, transport, (transfer ?? served)?.summary ?? '');
    return transfer?.messages ?? (served ? [served.bytes] : []);
  };

  const tcp = createServer(socket => serveStream(socket, respond));
  tcp.maxConnections = 100;
  tcp.listen(listen.port, listen.host);
  await once(tcp, 'listening');
  const here = { host: listen.host, port: (tcp.address() as { port: number }).port };

  udp.on('message', (query, { address: host, port }) => {
    if (notifier.heard(query)) return;
    // Everybody sits at the same address here, so whoever may give the sign is known by the port.
    if (source && port === source.here.port && notifiedZone(query) === origin) {
      note(`${host}#${port}`, 'udp', `${origin}. NOTIFY -> NOERROR`);
      send(acknowledgement(query), { host, port });
      return void keeper.reload();
    }
    for (const answer of respond(query, 'udp', `${host}#${port}`)) send(answer, { host, port });
  });
  udp.bind(here.port, here.host);
  await once(udp, 'listening');
  udp.on('error', error => report(`udp: ${error.message}`));

  return {
    here,
    ready: keeper.begin(),
    reload: async next => {
      config = next ?? config;
      await keeper.reload();
    },
    close: async () => {
      keeper.close();
      notifier.close();
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
