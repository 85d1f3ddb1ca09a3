import { isIP } from 'node:net';
import { StackError } from '../stack.ts';
import { siteHost } from '../topology.ts';

/**
 * What stands in the address bar, as a URL: a path is one of the site, and a name without `http://` gets it.
 * Throws StackError with a sentence for the learner.
 */
export const targetUrl = (target: string): URL => {
  const text = target.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme && scheme !== 'http' && scheme !== 'https')
    throw new StackError(`${text}: the browser speaks http:// and https://, not ${scheme}://`);
  const full = scheme ? text : text.startsWith('/') ? `http://${siteHost}${text}` : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (!text || !url || !(isIP(hostOf(url)) || isName(hostOf(url))))
    throw new StackError(
      `"${text}" is no address: begin with / for a page of ${siteHost}, or with http:// or https:// for any URL`,
    );
  if (url.username || url.password)
    throw new StackError(`${url.host}: the browser takes no user and password in a URL`);
  url.hash = '';
  return url;
};

/** The host of a URL, an IPv6 address without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** Whether DNS can be asked for it (RFC 1035, section 2.3.4). */
export const isName = (name: string): boolean =>
  name.length <= 253 && name.split('.').every(label => /^[\x21-\x7e]{1,63}$/.test(label));
