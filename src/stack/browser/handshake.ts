import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { certificateOf, complaint } from './certificate.ts';
import { countFlights } from './flights.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Certificate, TlsHop } from './trace.ts';

export interface HandshakeOptions {
  /** Whom the URL names. */
  host: string;
  /** Names the other side in messages. */
  peer: string;
  /** Certificate (PEM) of the only authority that is trusted. */
  authority: string;
  handshakeMs: number;
  signal: AbortSignal | undefined;
}

/** A connection on which everything is encrypted, or who said that there is none. */
export type Handshake = { hop: TlsHop; socket: TLSSocket } | { hop: TlsHop; message: string; socket?: never };

/**
 * Agrees with the other side on TLS and looks at its certificate, as browsers do; one that does not fit ends it,
 * and nothing more is sent. Throws only when the signal aborts.
 */
export const shakeHands = (
  socket: Socket,
  { host, peer, authority, handshakeMs, signal }: HandshakeOptions,
  watch: Stopwatch,
): Promise<Handshake> =>
  new Promise((resolve, reject) => {
    const startMs = watch.now();
    const { stream, roundTrips } = countFlights(socket);
    // An address is no name that could be asked for (RFC 6066, section 3).
    const servername = isIP(host) ? '' : host;
    const tls = connect({
      socket: stream,
      host,
      servername,
      ca: authority,
      ALPNProtocols: ['http/1.1'],
      // Looked at below: when Node does it, nothing is left of the certificate.
      rejectUnauthorized: false,
    });
    let certificate: Certificate | undefined;
    const hop = (failure?: TlsHop['failure']): TlsHop => ({
      part: 'tls',
      address: peer,
      ...(servername !== '' && { serverName: servername }),
      ...(certificate && agreed(tls, certificate)),
      roundTrips: roundTrips(),
      startMs,
      durationMs: watch.since(startMs),
      ...(failure && { failure }),
    });
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (failure: NonNullable<TlsHop['failure']>, message: string): void => {
      release();
      resolve({ hop: hop(failure), message });
      tls.destroy();
      socket.destroy();
    };
    const abort = (): void => {
      release();
      tls.destroy();
      socket.destroy();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => fail('timeout', silenceText(peer, handshakeMs)), handshakeMs);
    // Stays: an error after the handshake must not end the tutor.
    tls.on('error', (error: NodeJS.ErrnoException) => fail('reset', brokenText(error, peer)));
    tls.once('secureConnect', () => {
      certificate = certificateOf(tls);
      const problem = complaint(tls, certificate, host);
      if (problem) return fail(problem.failure, problem.message);
      release();
      resolve({ hop: hop(), socket: tls });
    });
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
  });

/** What both sides have agreed on. */
const agreed = (tls: TLSSocket, certificate: Certificate): Partial<TlsHop> => ({
  version: tls.getProtocol() ?? '',
  cipher: tls.getCipher().standardName,
  ...(tls.alpnProtocol && { alpn: tls.alpnProtocol }),
  certificate,
});

const silenceText = (peer: string, ms: number): string =>
  `${peer} accepted the connection but did not finish the TLS handshake within ${ms / 1000} s (this browser gives up sooner than others)`;

const brokenText = (error: NodeJS.ErrnoException & { reason?: string }, peer: string): string => {
  const { code = '', reason = error.message } = error;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|BAD_RECORD_TYPE/.test(code))
    return `${peer} answered something that is not TLS, so the browser hung up`;
  if (/ALERT/.test(code)) return `${peer} broke the TLS handshake off: ${reason}`;
  if (code.startsWith('ERR_SSL_')) return `the browser broke the TLS handshake with ${peer} off: ${reason}`;
  // Node's own words for an orderly end.
  if (/disconnected before secure TLS/.test(error.message))
    return `${peer} closed the connection during the TLS handshake`;
  return `the operating system of ${peer} reset the connection during the TLS handshake`;
};
