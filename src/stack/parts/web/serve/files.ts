import { accessSync, constants, createReadStream, readFileSync, type Stats, statSync } from 'node:fs';
import type { Exchange } from './exchange.ts';
import { escapeUri, filePath, isInside } from './path.ts';
import { error, type Outcome, type Reply } from './reply.ts';
import { systemError } from './system-error.ts';

interface Kept {
  mtimeMs: number;
  ctimeMs: number;
  size: number;
  ino: number;
  /** One byte a character. */
  content: string;
  lastModified: string;
  etag: string;
}

/** Larger files are read anew each time, piece by piece. */
const keptSize = 256 * 1024;
const keptFiles = 500;
const kept = new Map<string, Kept>();

/** A file that was changed within this time may change again without its time telling. */
const settledMs = 100;

const same = (a: Kept, b: Stats): boolean =>
  a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino;

/** Weak enough to be made from what stat(2) says, as nginx makes it. */
export const etagOf = (mtimeMs: number, size: number): string =>
  `"${Math.floor(mtimeMs / 1000).toString(16)}-${size.toString(16)}"`;

const keep = (file: string, stats: Stats): Kept => {
  const content = readFileSync(file, 'latin1');
  const entry = {
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    size: stats.size,
    ino: stats.ino,
    content,
    lastModified: new Date(stats.mtimeMs).toUTCString(),
    etag: etagOf(stats.mtimeMs, stats.size),
  };
  if (Date.now() - stats.ctimeMs > settledMs) {
    if (kept.size >= keptFiles) kept.clear();
    kept.set(file, entry);
  }
  return entry;
};

/** stat(2), or the error that it gave. Asking each time is what makes an edited file show at once. */
const look = (file: string): Stats | NodeJS.ErrnoException => {
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
    x.log('error', `open() "${file}" failed (${systemError(problem)})`);
  }
  return error(absent ? 404 : forbidden ? 403 : 500);
};

const typeOf = (x: Exchange, file: string): string => {
  const { types, default_type } = x.target.settings;
  const name = file.slice(file.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return (dot >= 0 ? types.get(name.slice(dot + 1).toLowerCase()) : undefined) ?? default_type;
};

const fileReply = (x: Exchange, file: string, stats: Stats): Reply => {
  const type = typeOf(x, file);
  const etag = x.target.settings.etag;
  if (stats.size <= keptSize) {
    const before = kept.get(file);
    const entry = before && same(before, stats) ? before : keep(file, stats);
    return {
      kind: 'reply',
      status: 200,
      type,
      headers: [],
      body: entry.content,
      length: entry.content.length,
      lastModified: entry.lastModified,
      modifiedMs: entry.mtimeMs,
      ...(etag && { etag: entry.etag }),
      range: (start, end) => entry.content.slice(start, end + 1),
    };
  }
  accessSync(file, constants.R_OK);
  return {
    kind: 'reply',
    status: 200,
    type,
    headers: [],
    // Opened when somebody reads it, so that a HEAD or a 304 opens nothing.
    body: undefined,
    length: stats.size,
    lastModified: new Date(stats.mtimeMs).toUTCString(),
    modifiedMs: stats.mtimeMs,
    ...(etag && { etag: etagOf(stats.mtimeMs, stats.size) }),
    range: (start, end) => createReadStream(file, { start, end }),
  };
};

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
    return fileReply(x, file, stats);
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
  x.log('error', `directory index of "${folder}" is forbidden`);
  return error(403);
};

/** For `try_files`: whether a URI names a file, or with `folder` a directory. */
export const isThere = (x: Exchange, uri: string, folder: boolean): boolean => {
  if (!isInside(uri)) return false;
  const stats = lookFor(x, filePath(x.target.settings.root(x), uri));
  return !(stats instanceof Error) && (folder ? stats.isDirectory() : stats.isFile());
};
