import type { TLSSocket } from 'node:tls';
import type { Certificate, Failure } from './trace.ts';

/** The other side's certificate in words. To be asked for once: Node hands it out only the first time. */
export const certificateOf = (tls: TLSSocket): Certificate | undefined => {
  const certificate = tls.getPeerX509Certificate();
  if (!certificate) return undefined;
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .map(name => name.replace(/^(?:DNS|IP Address):/, ''))
      .filter(Boolean),
  };
};

/** `O=Foobar, CN=www.foobar.com` instead of a line each. */
const nameText = (name: string): string => name.split('\n').join(', ');

interface Complaint {
  failure: Extract<Failure, `tls-${string}`>;
  message: string;
}

/** What a browser has against the other side's certificate; `host` is whom it wanted to reach. */
export const complaint = (
  tls: TLSSocket,
  certificate: Certificate | undefined,
  host: string,
): Complaint | undefined => {
  if (tls.authorized) return undefined;
  if (!certificate) return { failure: 'tls-untrusted', message: `${host} has shown no certificate` };
  const { names, issuer, validFrom, validTo } = certificate;
  // Declared as an Error, and a word in truth.
  switch (String(tls.authorizationError)) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        failure: 'tls-name',
        message: `the certificate is for ${names.join(', ')}, not for ${host}: it proves nothing about who answers there${unsent}`,
      };
    case 'CERT_HAS_EXPIRED':
      return {
        failure: 'tls-expired',
        message: `the certificate of ${host} expired on ${dayOf(validTo)}${unsent}`,
      };
    case 'CERT_NOT_YET_VALID':
      return {
        failure: 'tls-expired',
        message: `the certificate of ${host} is not valid before ${dayOf(validFrom)}${unsent}`,
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return {
        failure: 'tls-untrusted',
        message: `the certificate of ${host} is signed by itself: anybody could have made it${unsent}`,
      };
    default:
      return {
        failure: 'tls-untrusted',
        message: `the certificate of ${host} is signed by somebody whom this browser does not know: ${issuer}${unsent}`,
      };
  }
};

const unsent = '; the browser sent no request';

const dayOf = (date: string): string => `${date.slice(0, 16).replace('T', ' ')} UTC`;
