import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseZone, type Zone } from '../../../../src/stack/parts/dns/zone.ts';

/** A zone from lines that stand below SOA, NS and ns1. */
export const zoneText = (...lines: string[]): string =>
  [
    '$ORIGIN foobar.com.',
    '$TTL 300',
    '@ IN SOA ns1 hostmaster 1 3600 600 604800 60',
    '@ NS ns1',
    'ns1 A 192.0.2.53',
    ...lines,
    '',
  ].join('\n');

/** Number of the first line given to zoneText. */
export const firstLine = 6;

export const parse = (text: string): Zone =>
  parseZone(text, { file: 'foobar.com.zone', origin: 'foobar.com' });

export const zone = (...lines: string[]): Zone => parse(zoneText(...lines));

/** Runs with a folder of its own, which is gone afterwards. */
export const withFolder = async <T>(run: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(join(tmpdir(), 'wst-dns-'));
  try {
    return await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
