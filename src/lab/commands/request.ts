import { targetUrl } from '../../stack/browser/target.ts';
import type { Stack } from '../../stack/stack.ts';
import { authorityFile } from '../../stack/tls/places.ts';
import { shellLine } from '../shell.ts';
import { defineCommand } from './spec.ts';

/** Pages worth asking for; the site has more. */
const paths = ['/', '/guestbook', '/sign-in', '/style.css', '/about.html', '/health', '/slow?ms=500'];

/** What PATH or URL means; the browser's own rule, so that nothing is refused here that works there. */
const readTarget = (target: string | undefined): { target: string; url: URL } | { problem: string } => {
  if (target === undefined) return { problem: 'which path or URL?' };
  try {
    return { target, url: targetUrl(target) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

const urlOf = (target: string): URL | undefined => {
  const read = readTarget(target);
  return 'url' in read ? read.url : undefined;
};

/** Names of hosts for which curl would leave the proxy out; that way lies the real www.foobar.com. */
const hasExceptions = (): boolean => ['no_proxy', 'NO_PROXY'].some(name => process.env[name]);

/**
 * The `curl` words for a URL: through the lab's proxy, so that it meets the lab's DNS like the browser, and
 * nothing but the lab's machines.
 */
const curl = (target: string, fields: readonly string[], stack: Stack): string | undefined => {
  const url = urlOf(target);
  const { proxy } = stack;
  if (!url || !proxy) return undefined;
  return shellLine(
    'curl',
    '-i',
    // curl would read brackets and braces as a list of URLs.
    ...(/[[\]{}]/.test(url.href) ? ['-g'] : []),
    ...['-x', `${proxy.host}:${proxy.port}`],
    ...(hasExceptions() ? ['--noproxy', ''] : []),
    ...(url.protocol === 'https:' ? ['--cacert', authorityFile(stack.runDir)] : []),
    ...fields.flatMap(field => ['--data-urlencode', field]),
    url.href,
  );
};

export const request = defineCommand({
  name: 'request',
  usage: 'request PATH-or-URL',
  help: 'asks for a page as a browser does',
  examples: ['request /guestbook => 200 from app', 'request /style.css => via dns web'],
  parse: ([written, ...more]) => {
    const read = readTarget(written);
    if ('problem' in read) return read;
    if (more.length > 0) return { problem: `one path or URL at a time, but there is also "${more[0]}"` };
    return { args: read.target };
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
  parse: ([written, ...words]) => {
    const read = readTarget(written);
    if ('problem' in read) return read;
    const { target } = read;
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
