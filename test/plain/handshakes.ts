import type { TlsHop } from '../../src/stack/browser/trace.ts';

/** A TLS handshake that went well. */
export const handshake = (changes: Partial<TlsHop> = {}): TlsHop => ({
  part: 'tls',
  address: '8.8.8.8:443',
  serverName: 'www.foobar.com',
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: 'http/1.1',
  certificate: {
    subject: 'CN=www.foobar.com',
    issuer: 'CN=lab authority',
    validFrom: '2026-03-01T12:00:00.000Z',
    validTo: '2026-05-30T12:00:00.000Z',
    names: ['www.foobar.com', 'foobar.com'],
  },
  roundTrips: 1,
  durationMs: 4.2,
  ...changes,
});

/** One that did not come to an agreement. */
export const brokenHandshake: TlsHop = {
  part: 'tls',
  address: '8.8.8.8:443',
  serverName: 'www.foobar.com',
  roundTrips: 1,
  durationMs: 1,
  failure: 'reset',
};
