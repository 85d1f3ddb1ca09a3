import type { Endpoint } from '../../../address-book.ts';
import { identityFiles } from '../../../tls/places.ts';
import type { Placement } from '../../part.ts';
import { names, opening, readyPath, shown } from './pieces.ts';

/** The line that listens there, with its indentation. */
const listener = (endpoint: Endpoint): RegExp =>
  new RegExp(String.raw`^([ \t]*)listen[ \t]+${shown(endpoint).replaceAll('.', '\\.')}[ \t;].*\n`, 'm');

/**
 * nginx.conf that speaks TLS as well, behind the line where it listens; whatever else was edited stays. It stays
 * as it is where that line is gone: then a learner has decided where to listen.
 */
export const withTls = (text: string, { listen, secure, plan }: Placement): string => {
  if (!secure || !plan.secure || listener(secure).test(text)) return text;
  const lines = [
    `listen ${shown(secure)} ssl;    # ${shown(plan.secure)}`,
    `ssl_certificate ${identityFiles.certificate};`,
    `ssl_certificate_key ${identityFiles.key};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
  ];
  return text.replace(
    listener(listen),
    (line, indent: string) => line + lines.map(added => `${indent}${added}\n`).join(''),
  );
};

/** A server of its own for http://, which only sends the browser on. */
const redirectServer = (at: Placement): string => `\
    # Whoever comes by http:// is sent on to https://
${opening(at)}${names}        add_header X-Request-ID $trace_id always;

        location / {
            return 301 https://$host$request_uri;
        }

        location = ${readyPath} {
            access_log off;
            return 204;
        }
    }

`;

/** nginx.conf with or without the redirect to https://; undefined where it does not listen as generated. */
export const withRedirect = (text: string, at: Placement, on: boolean): string | undefined => {
  if (!at.secure || !listener(at.secure).test(text)) return undefined;
  const sentOn = `${redirectServer(at)}    server {\n`;
  if (text.includes(sentOn) === on) return text;
  const [before, after] = on ? [opening(at), sentOn] : [sentOn, opening(at)];
  return text.includes(before) ? text.replace(before, () => after) : undefined;
};
