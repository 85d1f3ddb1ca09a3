import { sep } from 'node:path';

export interface Path {
  /** Decoded, begins with `/`, has no `.`, `..` or empty segment but perhaps a last empty one. */
  uri: string;
  args: string;
}

/** Path of a request as nginx understands it (RFC 3986, section 6.2.2); undefined where it answers 400. */
export const parsePath = (target: string): Path | undefined => {
  if (target[0] !== '/') return undefined;
  const query = target.indexOf('?');
  const raw = (query < 0 ? target : target.slice(0, query)).replace(/#.*/s, '');
  const args = query < 0 ? '' : target.slice(query + 1).replace(/#.*/s, '');
  if (simple.test(raw)) return { uri: raw, args };
  const decoded = decode(raw);
  const uri = decoded === undefined ? undefined : resolveDots(decoded);
  return uri === undefined ? undefined : { uri, args };
};

/** Nothing to decode or to resolve: most requests. */
const simple = /^(?:\/(?!\.{0,2}(?:\/|$))[\w.~!$&'()*+,;=:@-]+)+\/?$|^\/$/;

const decode = (raw: string): string | undefined => {
  if (/%(?![0-9a-f]{2})/i.test(raw)) return undefined;
  const bytes = raw.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const path = Buffer.from(bytes, 'latin1').toString('utf8');
  return path.includes('\0') ? undefined : path;
};

const resolveDots = (path: string): string | undefined => {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') {
      if (kept.pop() === undefined) return undefined;
    } else if (segment !== '.' && segment !== '') kept.push(segment);
  }
  const last = segments.at(-1);
  const folder = kept.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${kept.join('/')}${folder ? '/' : ''}`;
};

/** The file that a URI names; nothing says yet that it is there, or that it is inside: see `isInside`. */
export const filePath = (root: string, uri: string): string => root + uri;

/**
 * Whether a file stays under its root. A parsed path always does; a configuration can build others, such as
 * `try_files /$arg_file`. Backslashes, drives and streams are a way out on Windows only.
 */
export const isInside = (uri: string): boolean =>
  !uri.includes('\0') && !/(?:^|\/)\.\.(?:\/|$)/.test(uri) && !(sep === '\\' && /[\\:]/.test(uri));

/** Written so that it can stand in a request line or a Location again. */
export const escapeUri = (uri: string): string =>
  uri.replace(/[^\w.~!$&'()*+,;=:@/-]/gu, char => encodeURIComponent(char));
