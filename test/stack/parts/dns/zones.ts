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
