import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Head, headEnd, parseHead } from '../upstream/head.ts';
import type { Lifetime } from './policy.ts';

/** What is written above an answer. */
export interface Meta extends Lifetime {
  /** Of the answer: the headers that make a difference, and what the request said in them. */
  vary: string;
  variant: string;
}

/** A kept answer, without its body. */
export interface Kept {
  meta: Meta;
  head: Head;
  /** Where the body begins in the file. */
  start: number;
}

/** Folders named by the last letters of the file's name, as nginx lays them out. */
export const fileOf = (path: string, levels: readonly number[], name: string): string => {
  let end = name.length;
  const folders = levels.map(length => {
    end -= length;
    return name.slice(end, end + length);
  });
  return join(path, ...folders, name);
};

/** A head is as long as `proxy_buffer_size` at most; keys can be long, too. */
const longestTop = 256 * 1024;

/** A line of JSON, the key, and the answer as it came from the upstream: somebody may want to look at it. */
const topOf = (key: string, meta: Meta, head: Head): Buffer => {
  let text = `${JSON.stringify(meta)}\nKEY: ${key.replaceAll('\n', ' ')}\n`;
  text += `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
  for (let i = 0; i < head.raw.length; i += 2) text += `${head.raw[i]}: ${head.raw[i + 1]}\r\n`;
  return Buffer.from(`${text}\r\n`, 'latin1');
};

/** Throws when the file is not there; undefined when it is none of ours. */
export const readTop = (file: string, key: string): Kept | undefined => {
  const descriptor = openSync(file, 'r');
  try {
    let text = '';
    const buffer = Buffer.alloc(8192);
    for (;;) {
      const count = readSync(descriptor, buffer, 0, buffer.length, text.length);
      text += buffer.toString('latin1', 0, count);
      const found = headEnd(text);
      if (found) return parseTop(text.slice(0, found.end), found.body, key);
      if (count === 0 || text.length > longestTop) return undefined;
    }
  } finally {
    closeSync(descriptor);
  }
};

const parseTop = (text: string, start: number, key: string): Kept | undefined => {
  const [line = '', second = ''] = text.split('\n', 2);
  if (second !== `KEY: ${key.replaceAll('\n', ' ')}`) return undefined;
  const head = parseHead(text.slice(line.length + second.length + 2));
  try {
    return typeof head === 'string' ? undefined : { meta: JSON.parse(line) as Meta, head, start };
  } catch {
    return undefined;
  }
};

/** A file that is being written; nobody sees it before it is whole. */
export interface Draft {
  write(piece: Buffer | string): void;
  /** Throws when it could not be written. */
  commit(): void;
  abort(): void;
}

let drafts = 0;

export const openDraft = (file: string, key: string, meta: Meta, head: Head): Draft => {
  const own = `${file}.${process.pid}-${++drafts}`;
  let problem: unknown;
  let descriptor: number | undefined;
  const attempt = (act: () => void): void => {
    if (problem !== undefined) return;
    try {
      act();
    } catch (error) {
      problem = error;
    }
  };
  // Not writeSync: on a disk that is nearly full it writes a part and calls that no failure.
  const write = (piece: Buffer): void => attempt(() => writeFileSync(descriptor as number, piece));
  attempt(() => {
    mkdirSync(dirname(file), { recursive: true });
    descriptor = openSync(own, 'wx', 0o600);
  });
  write(topOf(key, meta, head));
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  const abort = (): void => {
    close();
    rmSync(own, { force: true });
  };
  return {
    write: piece => write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece),
    commit() {
      close();
      attempt(() => renameSync(own, file));
      if (problem === undefined) return;
      abort();
      throw problem;
    },
    abort,
  };
};
