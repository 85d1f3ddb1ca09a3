import type { Answer } from 'dns-packet';

export interface Soa {
  mname: string;
  rname: string;
  serial: number;
  refresh: number;
  retry: number;
  expire: number;
  /** Seconds that others may remember that a name does not exist (RFC 2308). */
  minimum: number;
}

/**
 * One record of a zone, in the shape that dns-packet encodes. Names are absolute, in lower case and without
 * the final dot; TTLs are seconds.
 */
export type ZoneRecord = { name: string; ttl: number } & (
  | { type: 'A' | 'AAAA' | 'CNAME' | 'NS'; data: string }
  | { type: 'MX'; data: { preference: number; exchange: string } }
  | { type: 'SOA'; data: Soa }
  | { type: 'TXT'; data: Buffer[] }
);

/** A record as a zone file writes it: `www.foobar.com. 300 IN A 8.8.8.8`. */
export const recordText = (record: Answer): string =>
  record.type === 'OPT'
    ? `; EDNS, UDP up to ${record.udpPayloadSize} bytes`
    : `${nameText(record.name)} ${record.ttl ?? 0} IN ${typeText(record.type)} ${dataText(record)}`;

/** The data of a record as a zone file writes it. */
export const dataText = (record: Exclude<Answer, { type: 'OPT' }>): string => {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.data;
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return nameText(record.data);
    case 'MX':
      return `${record.data.preference ?? 0} ${nameText(record.data.exchange)}`;
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return [nameText(mname), nameText(rname), serial, refresh, retry, expire, minimum].join(' ');
    }
    case 'TXT':
      return [record.data].flat().map(quoted).join(' ');
    case 'HINFO':
      return `${quoted(record.data.cpu)} ${quoted(record.data.os)}`;
    default:
      // The form for types that a program does not know (RFC 3597).
      return Buffer.isBuffer(record.data) ? `\\# ${record.data.length} ${record.data.toString('hex')}` : '';
  }
};

/** A type as dig writes it; dns-packet calls those that it does not know `UNKNOWN_65`. */
export const typeText = (type: string): string => type.replace(/^UNKNOWN_/, 'TYPE');

/** A name with its final dot; what is not printable ASCII becomes `\DDD`, so it is harmless in logs and terminals. */
export const nameText = (name: string): string =>
  escaped(Buffer.from(name), /[^!-~]|[\\"();@$]/g).replace(/\.?$/, '.');

const quoted = (text: string | Buffer): string => `"${escaped(Buffer.from(text), /[^ -~]|["\\]/g)}"`;

const escaped = (bytes: Buffer, special: RegExp): string =>
  bytes
    .toString('latin1')
    .replace(special, char =>
      /[!-~]/.test(char) ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`,
    );
