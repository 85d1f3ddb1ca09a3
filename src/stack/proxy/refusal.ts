import { STATUS_CODES } from 'node:http';
import type { Failure } from '../browser/trace.ts';

/** Why the proxy answers itself instead of passing something on. */
export interface Refusal {
  status: 400 | 502 | 504;
  /** In the words of the lab language; none when the request itself was wrong. */
  failure?: Failure;
  /** One sentence: what failed and who said so. */
  message: string;
}

/** The words of RFC 9209, section 2.3, for programs. */
const errors: Record<Failure, string> = {
  nxdomain: 'dns_error',
  nodata: 'dns_error',
  'dns-unreachable': 'dns_error',
  refused: 'connection_refused',
  reset: 'connection_terminated',
  timeout: 'connection_timeout',
  'tls-untrusted': 'tls_certificate_error',
  'tls-name': 'tls_certificate_error',
  'tls-expired': 'tls_certificate_error',
};

const titleOf = ({ status }: Refusal): string => `${status} ${STATUS_CODES[status]}`;

/** A small page that says it; HTML for whoever asks for that, as browsers do and curl does not. */
export const refusalPage = (
  refusal: Refusal,
  accept = '',
): { fields: Record<string, string>; body: string } => {
  const { failure, message } = refusal;
  const paragraphs = [
    `${titleOf(refusal)}, says the lab's proxy`,
    failure ? `${failure}: ${message}` : message,
    ...(failure
      ? ['No server made this page: without the proxy between, your client would show an error of its own.']
      : []),
  ];
  const html = accept.includes('text/html');
  const body = html ? htmlPage(paragraphs) : `${paragraphs.join('\n\n')}\n`;
  const proxyStatus = failure
    ? `; error=${errors[failure]}; details="${failure}"`
    : '; error=http_request_error';
  return {
    fields: {
      'Content-Type': `text/${html ? 'html' : 'plain'}; charset=utf-8`,
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      'Proxy-Status': `web-stack-tutor${proxyStatus}`,
    },
    body,
  };
};

const htmlPage = ([title = '', ...paragraphs]: readonly string[]): string =>
  [
    `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${escaped(title)}</title>`,
    '<style>body { font: 1.1em/1.5 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em }</style>',
    `<h1>${escaped(title)}</h1>`,
    ...paragraphs.map(paragraph => `<p>${escaped(paragraph)}</p>\n`),
  ].join('\n');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The same as bytes, for a connection on which Node speaks no HTTP any more; it has to be closed behind them. */
export const refusalMessage = (refusal: Refusal): string => {
  const { fields, body } = refusalPage(refusal);
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${titleOf(refusal)}`, ...lines, 'Connection: close', '', body].join('\r\n');
};
