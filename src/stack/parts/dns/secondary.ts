import { readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Endpoint } from '../../address-book.ts';
import { askServer } from '../../browser/dns-client.ts';
import type { Neighbour } from './notify.ts';
import { isNewer } from './serial.ts';
import { fetchZone } from './transfer-in.ts';
import type { TransferKey } from './tsig.ts';
import { parseZone, type Zone } from './zone.ts';
import type { ZoneKeeper } from './zone-keeper.ts';

interface Options {
  origin: string;
  /** Path of the copy, which outlives a restart; its time is that of the last contact with the source. */
  file: string;
  source: Neighbour;
  key: TransferKey;
  report(line: string): void;
}

/** Until the next try without any copy: nobody is helped by patience; and the least that is waited at all. */
const shortestMs = 150;
/** The longest time that a timer of Node knows. */
const longestMs = 2 ** 31 - 1;
/** For one question to a source that is silent. */
const patience = { tryMs: 500, tries: 2 };

/**
 * Of a secondary name server: a copy of another server's zone. It looks for a newer one at the start, when it is
 * told of one, and by the times in the zone's SOA record: refresh, retry, and expire, after which it knows nothing
 * any more (RFC 1034, section 4.3.5).
 */
export const zoneFromSource = async (options: Options): Promise<ZoneKeeper> => {
  const { origin, file, source, key, report } = options;
  const closed = new AbortController();
  const { promise: ready, resolve: becomeReady } = Promise.withResolvers<void>();
  const name = basename(file);
  const where = `${source.name} (here ${source.here.host}:${source.here.port})`;
  const parse = (text: string): Zone => parseZone(text, { file: name, origin });
  let zone: Zone | undefined;
  let contactMs = 0;
  let failed = false;
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  const say = (line: string, loud: boolean): void => {
    if (loud || line !== said) report(line);
    said = line;
  };

  const readCopy = async (): Promise<void> => {
    const [text, stats] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    zone = parse(text);
    contactMs = stats.mtimeMs;
    report(`${name}: loaded, serial ${zone.soa.data.serial}, ${zone.records.length} records`);
  };

  const transfer = async (): Promise<string> => {
    const text = await fetchZone(source.here, origin, key, closed.signal);
    const next = parse(text);
    // Whoever reads it meanwhile, or after a crash, finds the old or the new one.
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
    zone = next;
    return `transferred from ${where}: serial ${next.soa.data.serial}, ${next.records.length} records`;
  };

  /** Resolves to a sentence about what came of it. */
  const look = async (): Promise<string> => {
    if (!zone) return transfer();
    const serial = await serialOf(source.here, origin, closed.signal);
    const own = zone.soa.data.serial;
    if (isNewer(serial, own)) return transfer();
    await utimes(file, new Date(), new Date());
    return serial === own
      ? `${where} has serial ${serial} as we have: nothing to transfer`
      : `${where} has serial ${serial}, which is lower than ours, ${own}: ours stays in use`;
  };

  const attempt = async (loud: boolean): Promise<void> => {
    try {
      say(await look(), loud);
      failed = false;
      contactMs = Date.now();
    } catch (error) {
      if (closed.signal.aborted) return;
      failed = true;
      const kept = zone
        ? `serial ${zone.soa.data.serial} stays in use`
        : 'without the zone nobody gets an answer';
      say(`no transfer: ${where} ${(error as Error).message}; ${kept}`, loud);
    }
  };

  const expire = (): void => {
    if (!zone || Date.now() < contactMs + zone.soa.data.expire * 1000) return;
    const { serial, expire } = zone.soa.data;
    report(`serial ${serial} has expired: there was no contact to ${where} for ${expire} s`);
    zone = undefined;
  };

  const schedule = (): void => {
    if (closed.signal.aborted) return;
    const { refresh, retry, expire } = zone?.soa.data ?? { refresh: 0, retry: 0, expire: longestMs };
    const [nextMs, expiresMs] = [(failed ? retry : refresh) * 1000, contactMs + expire * 1000 - Date.now()];
    const waitMs = Math.min(zone ? Math.min(nextMs, expiresMs) : 0, longestMs);
    timer = setTimeout(() => void check(), Math.max(waitMs, shortestMs));
  };

  /** One look at a time; whoever asks while one goes on may know of something newer. */
  const check = (loud = false): Promise<void> => {
    again = looking !== undefined;
    clearTimeout(timer);
    looking ??= (async () => {
      do {
        again = false;
        await attempt(loud);
        expire();
      } while (again && !closed.signal.aborted);
      looking = undefined;
      if (zone) becomeReady();
      schedule();
    })();
    return looking;
  };

  await readCopy().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') report(`${error.message}: the copy is of no use`);
  });
  expire();

  return {
    get zone() {
      return zone;
    },
    begin: () => {
      void check();
      return ready;
    },
    reload: () => check(true),
    close: () => {
      closed.abort();
      clearTimeout(timer);
    },
  };
};

/** The serial number that the source has now. Rejects with an Error that says what it did instead. */
const serialOf = async (source: Endpoint, origin: string, signal: AbortSignal): Promise<number> => {
  const { packet, silence } = await askServer(
    source,
    { name: origin, type: 'SOA', class: 'IN' },
    { ...patience, signal },
  );
  const soa = packet?.answers?.find(({ type }) => type === 'SOA');
  if (soa?.type === 'SOA') return soa.data.serial ?? 0;
  if (packet)
    throw new Error(`answered ${(packet as { rcode?: string }).rcode ?? 'nothing'} instead of its serial`);
  throw new Error(silence === 'refused' ? 'refuses: nothing listens there' : 'is silent');
};
