import type { ErrorPage, Return, TryFile } from '../conf/model.ts';
import { announcesTooMuch } from './body.ts';
import { chooseLocation } from './choose.ts';
import type { Exchange } from './exchange.ts';
import { isThere, serveFile, typeOf } from './files.ts';
import { headerValue } from './header-value.ts';
import { publicLocation } from './location.ts';
import { report } from './logs.ts';
import { proxy } from './proxy.ts';
import { error, type Outcome, type Reply } from './reply.ts';
import { errorReply } from './send.ts';

/** nginx's limit for internal redirects. */
const maxJumps = 10;

/** What comes of a request in the end. */
export type Final = Reply | { kind: 'none'; status: number };

/** What a request is answered with; at once where nobody else has to be asked. */
export const answer = (x: Exchange): Final | Promise<Final> => {
  const outcome = begin(x);
  return 'kind' in outcome && outcome.kind === 'reply' ? outcome : goOn(x, outcome);
};

/** Follows internal redirects and error pages until there is an answer. */
const goOn = async (x: Exchange, first: Outcome | Promise<Outcome>): Promise<Final> => {
  let outcome = first;
  let page: { asked: number; status: ErrorPage['status'] } | undefined;
  for (let jumps = 0; ; jumps++) {
    const result = await outcome;
    if (result.kind === 'none') return result;
    if (result.kind === 'reply') return page ? withStatus(result, page) : result;
    if (result.kind === 'error') {
      const wanted = page ? undefined : errorPageFor(x, result.status);
      if (!wanted) return errorAnswer(x, result.status, result.location);
      const to = wanted.to(x);
      page = { asked: result.status, status: wanted.status };
      if (!to.startsWith('/') && !to.startsWith('@')) {
        return redirectReply(
          x,
          typeof wanted.status === 'number' && isRedirect(wanted.status) ? wanted.status : 302,
          to,
        );
      }
      if (to.startsWith('/') && x.method !== 'HEAD') x.method = 'GET';
      outcome = to.startsWith('@') ? inNamed(x, to) : inUri(x, to, undefined);
      continue;
    }
    if (jumps >= maxJumps) {
      report(x, 'error', `rewrite or internal redirection cycle while internally redirecting to "${x.uri}"`);
      return errorReply(x, 500);
    }
    outcome = result.kind === 'jump-named' ? inNamed(x, result.name) : inUri(x, result.uri, result.args);
  }
};

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

const errorPageFor = (x: Exchange, status: number): ErrorPage | undefined =>
  x.target.settings.error_page.find(({ codes }) => codes.includes(status));

/** The page keeps the status that it was asked for, unless `error_page` says `=code` or `=`. */
const withStatus = (
  reply: Reply,
  { asked, status }: { asked: number; status: ErrorPage['status'] },
): Reply => {
  if (status === 'page') return reply;
  const { reason: _, ...rest } = reply;
  return { ...rest, status: status ?? asked };
};

/** Server phase: its `return` comes before any location. */
const begin = (x: Exchange): Outcome | Promise<Outcome> => {
  const { returns } = x.server.target;
  return returns ? doReturn(x, returns) : inLocation(x, false);
};

const inUri = (x: Exchange, to: string, args: string | undefined): Outcome | Promise<Outcome> => {
  const query = to.indexOf('?');
  x.uri = query < 0 ? to : to.slice(0, query);
  x.args = query < 0 ? (args ?? '') : to.slice(query + 1);
  x.untouched = false;
  const { returns } = x.server.target;
  return returns ? doReturn(x, returns) : inLocation(x, true);
};

const inNamed = (x: Exchange, name: string): Outcome | Promise<Outcome> => {
  const target = x.server.locations.named.get(name);
  if (!target) {
    report(x, 'error', `could not find named location "${name}"`);
    return error(500);
  }
  x.target = target;
  return inTarget(x);
};

const inLocation = (x: Exchange, internally: boolean): Outcome | Promise<Outcome> => {
  const choice = chooseLocation(x.server.locations, x.uri);
  x.target = choice?.target ?? x.server.target;
  x.captures = choice?.captures;
  if (choice?.redirect)
    return { kind: 'error', status: 301, location: choice.redirect + (x.args && `?${x.args}`) };
  if (x.target.internal && !internally) return error(404);
  if (announcesTooMuch(x)) {
    report(
      x,
      'error',
      `client intended to send too large body: ${x.request.headers['content-length']} bytes`,
    );
    return error(413);
  }
  return inTarget(x);
};

const inTarget = (x: Exchange): Outcome | Promise<Outcome> => {
  const { returns, tryFiles, pass } = x.target;
  if (returns) return doReturn(x, returns);
  const tried = tryFiles && doTryFiles(x, tryFiles);
  if (tried) return tried;
  return pass ? proxy(x, pass) : serveFile(x);
};

/** undefined: the URI is now that of the file found, and the location goes on with it. */
const doTryFiles = (x: Exchange, files: TryFile[]): Outcome | undefined => {
  for (const file of files) {
    if (file.kind === 'code') return error(file.status);
    if (file.kind === 'uri') {
      const uri = file.uri(x);
      return uri.startsWith('@') ? { kind: 'jump-named', name: uri } : { kind: 'jump', uri, args: undefined };
    }
    const path = file.path(x);
    const uri = path.startsWith('/') ? path : `/${path}`;
    if (isThere(x, uri, file.folder)) {
      if (uri !== x.uri) x.untouched = false;
      x.uri = uri;
      return undefined;
    }
  }
  return undefined;
};

const doReturn = (x: Exchange, { status, text }: Return): Outcome => {
  if (status === 444) return { kind: 'none', status };
  if (isRedirect(status)) return { kind: 'error', status, location: text?.(x) ?? '' };
  if (!text) return status === 204 || status < 300 ? emptyReply(x, status) : error(status);
  const body = Buffer.from(text(x));
  return {
    kind: 'reply',
    status,
    type: typeOf(x.target.settings, x.uri),
    headers: [],
    body,
    length: body.length,
  };
};

const emptyReply = (x: Exchange, status: number): Reply => ({
  kind: 'reply',
  status,
  ...(status !== 204 && { type: typeOf(x.target.settings, x.uri) }),
  headers: [],
  body: Buffer.alloc(0),
  length: 0,
});

const errorAnswer = (x: Exchange, status: number, location: string | undefined): Reply =>
  location ? redirectReply(x, status, location) : errorReply(x, status);

const redirectReply = (x: Exchange, status: number, location: string): Reply =>
  errorReply(x, status, ['Location', headerValue(publicLocation(x, location))]);
