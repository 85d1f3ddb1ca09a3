import { accessSync, constants, createReadStream, readFileSync, type Stats, statSync } from 'node:fs';
import type { Settings } from '../conf/model.ts';
import type { Exchange } from './exchange.ts';
import { report } from './logs.ts';
import { escapeUri, filePath, isInside } from './path.ts';
import { error, type Outcome, type Reply } from './reply.ts';
import { systemError } from './system-error.ts';

/** A small file as it was read, and what stat(2) said of it then. */
interface Kept {
  stats: Stats;
  reply: Reply;
}

/** Larger files are read anew each time, piece by piece. */
const keptSize = 64 * 1024;
const keptFiles = 200;
/** By the settings that made the answer, so that a new configuration begins with nothing. */
const kept = new WeakMap<Settings, Map<string, Kept>>();

/** A file that was changed within this time may change again without its time telling. */
const settledMs = 100;

const same = (a: Stats, b: Stats): boolean =>
  a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino;

const smallFile = (settings: Settings, file: string, stats: Stats): Reply => {
  const files = kept.get(settings) ?? new Map<string, Kept>();
  const before = files.get(file);
  if (before && same(before.stats, stats)) return before.reply;
  const content = readFileSync(file, 'latin1');
  const reply: Reply = {
    ...fileReply(settings, file, stats),
    body: content,
    length: content.length,
    range: (start, end) => content.slice(start, end + 1),
  };
  if (Date.now() - stats.ctimeMs > settledMs) {
    if (files.size >= keptFiles) files.clear();
    kept.set(settings, files.set(file, { stats, reply }));
  }
  return reply;
};

/** What stat(2) said in this turn of the event loop. */
const looked = new Map<string, Stats | NodeJS.ErrnoException>();

/**
 * stat(2), or the error that it gave. Asking in every turn is what makes an edited file show at once; requests
 * that arrived together share the answer, which is a tenth of the work under load.
 */
export const look = (file: string): Stats | NodeJS.ErrnoException => {
  const known = looked.get(file);
  if (known) return known;
  if (looked.size === 0) setImmediate(() => looked.clear());
  const found = stat(file);
  looked.set(file, found);
  return found;
};

const stat = (file: string): Stats | NodeJS.ErrnoException => {
  try {
    // Taking microseconds, it beats the thread pool, and a missing file throws nothing.
    return statSync(file, { throwIfNoEntry: false }) ?? missing;
  } catch (problem) {
    return problem as NodeJS.ErrnoException;
  }
};

/** Looks once for a file that `try_files` asks about and the location then serves. */
const lookFor = (x: Exchange, file: string): Stats | NodeJS.ErrnoException => {
  if (x.seen?.file !== file) x.seen = { file, stats: look(file) };
  return x.seen.stats;
};

const missing: NodeJS.ErrnoException = Object.assign(new Error('no such file or directory'), {
  code: 'ENOENT',
  errno: -2,
});

const denied = (x: Exchange, file: string, problem: NodeJS.ErrnoException): Outcome => {
  const absent = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(problem.code ?? '');
  const forbidden = problem.code === 'EACCES' || problem.code === 'EPERM' || problem.code === 'ELOOP';
  if (!absent || x.target.settings.log_not_found) {
    report(x, 'error', `open() "${file}" failed (${systemError(problem)})`);
  }
  return error(absent ? 404 : forbidden ? 403 : 500);
};

/** Content-Type by the ending of a path. */
export const typeOf = ({ types, default_type }: Settings, path: string): string => {
  const dot = path.lastIndexOf('.');
  const ending = dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
  return types.get(ending) ?? default_type;
};

/** Made from what stat(2) says, as nginx makes it. */
const etagOf = ({ mtimeMs, size }: Stats): string =>
  `"${Math.floor(mtimeMs / 1000).toString(16)}-${size.toString(16)}"`;

const fileReply = (settings: Settings, file: string, stats: Stats): Reply => ({
  kind: 'reply',
  status: 200,
  type: typeOf(settings, file),
  headers: [],
  // Opened when somebody reads it, so that a HEAD or a 304 opens nothing.
  body: undefined,
  length: stats.size,
  lastModified: new Date(stats.mtimeMs).toUTCString(),
  modifiedMs: stats.mtimeMs,
  ...(settings.etag && { etag: etagOf(stats) }),
  comparable: true,
  range: (start, end) => createReadStream(file, { start, end }),
});

/** The file that the URI names, or its index, or the way there. */
export const serveFile = (x: Exchange): Outcome => {
  const { settings } = x.target;
  if (!['GET', 'HEAD', 'POST'].includes(x.method)) return error(405);
  const root = settings.root(x);
  if (x.uri.endsWith('/')) return serveIndex(x, root);
  if (!isInside(x.uri)) return error(404);
  const file = filePath(root, x.uri);
  const stats = lookFor(x, file);
  if (stats instanceof Error) return denied(x, file, stats);
  if (stats.isDirectory())
    return { kind: 'error', status: 301, location: `${escapeUri(x.uri)}/${x.args && `?${x.args}`}` };
  if (!stats.isFile()) return error(404);
  if (x.method === 'POST') return error(405);
  try {
    if (stats.size <= keptSize) return smallFile(settings, file, stats);
    accessSync(file, constants.R_OK);
    return fileReply(settings, file, stats);
  } catch (problem) {
    return denied(x, file, problem as NodeJS.ErrnoException);
  }
};

const serveIndex = (x: Exchange, root: string): Outcome => {
  for (const name of x.target.settings.index) {
    const index = name(x);
    if (index.startsWith('/')) return { kind: 'jump', uri: index, args: x.args };
    const uri = x.uri + index;
    if (isInside(uri) && !(look(filePath(root, uri)) instanceof Error))
      return { kind: 'jump', uri, args: x.args };
  }
  const folder = filePath(root, x.uri);
  const stats = isInside(x.uri) ? look(folder) : missing;
  if (stats instanceof Error) return denied(x, folder, stats);
  if (!stats.isDirectory()) return error(404);
  report(x, 'error', `directory index of "${folder}" is forbidden`);
  return error(403);
};

/** For `try_files`: whether a URI names a file, or with `folder` a directory. */
export const isThere = (x: Exchange, uri: string, folder: boolean): boolean => {
  if (!isInside(uri)) return false;
  const stats = lookFor(x, filePath(x.target.settings.root(x), uri));
  return !(stats instanceof Error) && (folder ? stats.isDirectory() : stats.isFile());
};
