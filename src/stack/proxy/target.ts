import { isIP } from 'node:net';
import { isName } from '../browser/target.ts';

/** Whom the client wants to reach; `host` is a name or an address, an IPv6 address without its brackets. */
export interface Target {
  host: string;
  port: number;
}

/** The target of a request that is passed on, with what it becomes there. */
export interface ForwardTarget extends Target {
  /** For the `Host` field, which has to say the same as the target (RFC 9112, section 3.2.2). */
  authority: string;
  /** Path and query as they came: whoever passes a request on does not tidy it up. */
  path: string;
}

/** `http://HOST[:PORT]/PATH`, the absolute-form of RFC 9112, section 3.2.2; `undefined` when it is none. */
export const absoluteForm = (text: string): ForwardTarget | undefined => {
  const [, authority = '', rest = ''] = /^http:\/\/([^/?#]*)([^#]*)/i.exec(text) ?? [];
  const target = parseAuthority(authority, 80);
  if (!target) return undefined;
  return { ...target, authority, path: rest.startsWith('/') ? rest : `/${rest}` };
};

/** `HOST:PORT`, the authority-form of RFC 9112, section 3.2.3; `undefined` when it is none. */
export const authorityForm = (text: string): Target | undefined => parseAuthority(text, undefined);

const parseAuthority = (text: string, defaultPort: number | undefined): Target | undefined => {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]*)\]|([^:[\]@]*))(?::(\d{0,5}))?$/.exec(text) ?? [];
  const port = digits ? Number(digits) : defaultPort;
  const host = bracketed ?? plain?.replace(/\.$/, '').toLowerCase();
  if (!host || !port || port > 65_535) return undefined;
  if (bracketed === undefined ? !isIP(host) && !isName(host) : isIP(host) !== 6) return undefined;
  return { host, port };
};
