import { isIPv6 } from 'node:net';
import type { Stack } from '../../stack/stack.ts';
import { siteHost } from '../../stack/topology.ts';
import { shellLine } from '../shell.ts';
import { defineCommand } from './spec.ts';

/** Pages worth asking for; the site has more. */
const paths = ['/', '/guestbook', '/sign-in', '/style.css', '/about.html', '/health', '/slow?ms=500'];

/** The URL that PATH or URL means, without its fragment, which no browser sends. */
const urlOf = (target: string): URL | undefined => {
  if (!/^(?:\/(?!\/)|https?:\/\/)/i.test(target)) return undefined;
  const url = URL.parse(target, `http://${siteHost}`);
  if (url) url.hash = '';
  return url ?? undefined;
};

const needsTarget = (target: string | undefined): { problem: string } => ({
  problem:
    target === undefined
      ? 'which path or URL?'
      : `"${target}" is no path (/guestbook) and no URL (http://...)`,
});

const hasProxy = (): boolean => ['http_proxy', 'all_proxy', 'ALL_PROXY'].some(name => process.env[name]);

/**
 * The `curl` words for a URL of the site. A URL of any other host has none: curl must never be told
 * to send something to a machine that is not the lab's.
 */
const curl = (target: string, fields: readonly string[], stack: Stack): string | undefined => {
  const url = urlOf(target);
  const web = stack.status().find(({ part }) => part === 'web');
  if (!url || !web || url.protocol !== 'http:' || (url.port || '80') !== String(web.address.port))
    return undefined;
  if (![siteHost, web.address.host].includes(url.hostname)) return undefined;
  const here = isIPv6(web.here.host) ? `[${web.here.host}]` : web.here.host;
  return shellLine(
    'curl',
    '-i',
    // A proxy would be asked for the real www.foobar.com.
    ...(hasProxy() ? ['--noproxy', '*'] : []),
    // curl would read brackets and braces as a list of URLs.
    ...(/[[\]{}]/.test(url.href) ? ['-g'] : []),
    '--connect-to',
    `${url.hostname}:${web.address.port}:${here}:${web.here.port}`,
    ...fields.flatMap(field => ['--data-urlencode', field]),
    url.href,
  );
};

export const request = defineCommand({
  name: 'request',
  usage: 'request PATH-or-URL',
  help: 'asks for a page as a browser does',
  examples: ['request /guestbook => 200 from app', 'request /style.css => via dns web'],
  parse: ([target, ...more]) => {
    if (target === undefined || !urlOf(target)) return needsTarget(target);
    if (more.length > 0) return { problem: `one path or URL at a time, but there is also "${more[0]}"` };
    return { args: target };
  },
  run: async (target, stack, signal) => ({ kind: 'request', trace: await stack.request(target, { signal }) }),
  tool: (target, stack) => curl(target, [], stack),
  complete: before => (before.length === 0 ? paths : []),
});

export const post = defineCommand({
  name: 'post',
  usage: 'post PATH field=value ...',
  help: 'sends a form as a browser does',
  examples: ['post /guestbook name=Ada message="Hello from the lab"'],
  parse: ([target, ...words]) => {
    if (target === undefined || !urlOf(target)) return needsTarget(target);
    const fields = new Map<string, string>();
    for (const word of words) {
      const [, field, value] = /^([\w.-]+)=(.*)$/s.exec(word) ?? [];
      if (field === undefined || value === undefined) return { problem: `"${word}" is not field=value` };
      if (fields.has(field)) return { problem: `the field "${field}" is there twice` };
      fields.set(field, value);
    }
    if (fields.size === 0) return { problem: 'which field=value?' };
    return { args: { target, form: Object.fromEntries(fields) } };
  },
  run: async ({ target, form }, stack, signal) => ({
    kind: 'request',
    trace: await stack.request(target, { form, signal }),
  }),
  tool: ({ target, form }, stack) =>
    curl(
      target,
      Object.entries(form).map(([field, value]) => `${field}=${value}`),
      stack,
    ),
  complete: before => (before.length === 0 ? paths : ['name=', 'message=']),
});
