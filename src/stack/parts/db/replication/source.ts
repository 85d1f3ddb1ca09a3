/** Whom a replica repeats, kept in a file as MySQL keeps it in `master.info`. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface Source {
  host: string;
  port: number;
  user: string;
  password: string;
  delayMs: number;
  /** Between two tries to connect, in milliseconds. */
  retryMs: number;
}

export const unsetSource: Source = {
  host: '',
  port: 3306,
  user: '',
  password: '',
  delayMs: 0,
  retryMs: 150,
};

export const readSource = (file: string): Source | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Source) : undefined;

export const writeSource = (file: string, source: Source): void =>
  writeFileSync(file, JSON.stringify(source, null, 2), { mode: 0o600 });

export const forgetSource = (file: string): void => rmSync(file, { force: true });
