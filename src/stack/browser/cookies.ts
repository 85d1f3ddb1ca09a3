/** The browser's cookie jar (RFC 6265 with the rules for `SameSite=None` and `Secure` of its revision). */
export interface CookieJar {
  /** Value of the `Cookie` header for this URL; undefined when there is none to send. */
  header(url: URL): string | undefined;
  /** Keeps what the `Set-Cookie` headers of an answer from this URL say. */
  keep(url: URL, setCookies: readonly string[]): void;
  clear(): void;
}

interface Cookie {
  name: string;
  value: string;
  /** The host that set it; with a `Domain` attribute also the hosts below it get it. */
  domain: string;
  hostOnly: boolean;
  path: string;
  secure: boolean;
  /** Milliseconds since 1970; a session cookie lives as long as the jar. */
  expires: number;
}

const largestCookie = 4096;

/**
 * Every request of the lab is a navigation that the learner types, or a form of the site itself, so SameSite
 * never holds a cookie back; and no script reads any, so HttpOnly changes nothing.
 */
export const createCookieJar = (now: () => number): CookieJar => {
  const cookies = new Map<string, Cookie>();
  return {
    header(url) {
      for (const [key, { expires }] of cookies) if (expires <= now()) cookies.delete(key);
      const pairs = [...cookies.values()]
        .filter(cookie => goesTo(cookie, url))
        .sort((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`);
      return pairs.length > 0 ? pairs.join('; ') : undefined;
    },
    keep(url, setCookies) {
      for (const text of setCookies) {
        const cookie = parseSetCookie(text, url, now());
        if (!cookie) continue;
        const key = JSON.stringify([cookie.domain, cookie.path, cookie.name]);
        // "Leave secure cookies alone": over http:// anybody on the way could have sent it.
        if (url.protocol !== 'https:' && cookies.get(key)?.secure) continue;
        if (cookie.expires <= now()) cookies.delete(key);
        else cookies.set(key, cookie);
      }
    },
    clear: () => cookies.clear(),
  };
};

const goesTo = ({ domain, hostOnly, path, secure }: Cookie, url: URL): boolean =>
  (url.hostname === domain || (!hostOnly && url.hostname.endsWith(`.${domain}`))) &&
  pathMatches(url.pathname, path) &&
  (!secure || url.protocol === 'https:');

/** RFC 6265, section 5.1.4. */
const pathMatches = (path: string, cookiePath: string): boolean =>
  path === cookiePath ||
  (path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/'));

const defaultPath = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';

/** Undefined for a cookie that a browser does not accept. */
const parseSetCookie = (text: string, url: URL, now: number): Cookie | undefined => {
  const [pair = '', ...parts] = text.split(';');
  const [name, value] = split(pair);
  if (!pair.includes('=') || name === '' || pair.length > largestCookie) return undefined;
  const attributes = new Map(
    parts.map(part => split(part)).map(([key, content]) => [key.toLowerCase(), content]),
  );
  const secure = attributes.has('secure');
  if (secure && url.protocol !== 'https:') return undefined;
  if (!secure && attributes.get('samesite')?.toLowerCase() === 'none') return undefined;

  const domain = (attributes.get('domain') ?? '').toLowerCase().replace(/^\./, '');
  const hostOnly = domain === '';
  // A site sets cookies for itself and its own domain, never for a whole ending such as "com".
  if (
    !hostOnly &&
    (!domain.includes('.') || !(url.hostname === domain || url.hostname.endsWith(`.${domain}`)))
  )
    return undefined;
  const path = attributes.get('path');
  return {
    name,
    value,
    domain: hostOnly ? url.hostname : domain,
    hostOnly,
    path: path?.startsWith('/') ? path : defaultPath(url.pathname),
    secure,
    expires: expiry(attributes, now),
  };
};

/** `Max-Age` wins over `Expires`; one that cannot be read counts as absent. */
const expiry = (attributes: ReadonlyMap<string, string>, now: number): number => {
  const maxAge = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0 ? 0 : now + Number(maxAge) * 1000;
  const date = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(date) ? Number.POSITIVE_INFINITY : date;
};

const split = (text: string): [string, string] => {
  const equals = text.indexOf('=');
  return equals < 0 ? [text.trim(), ''] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
};
