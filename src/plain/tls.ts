import type { TlsHop } from '../stack/browser/trace.ts';

/** `TLS 1.3` of `TLSv1.3`. */
export const tlsVersion = ({ version = 'TLS' }: Pick<TlsHop, 'version'>): string =>
  version.replace('TLSv', 'TLS ');

/** `2026-03-01 12:00` of an ISO time. */
export const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');
