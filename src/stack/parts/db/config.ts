import { readFileSync } from 'node:fs';
import type { AuthPlugin } from './auth.ts';

/** What the database's process is told; written by embedded.ts. All paths are absolute. */
export interface DbConfig {
  listen: { host: string; port: number };
  /** The SQLite database. */
  file: string;
  database: string;
  accounts: { user: string; password: string; admin: boolean; replication?: boolean }[];
  /** Tells this database from all others of the run. */
  serverId: number;
  /** The log that replicas repeat. */
  log: string;
  /** Where it is kept whom this one repeats; nobody while there is no such file. */
  sourceFile: string;
  /** Takes no changes from clients. */
  readOnly: boolean;
  /** Statements for a database that does not exist yet, run with admin rights, as mysqld's --init-file. */
  initFile?: string;
  logs: { queries: string; trace: string };
  maxConnections?: number;
  /** The authentication method that is announced; a client may choose the other one. */
  plugin?: AuthPlugin;
}

export const readConfig = (file: string): DbConfig => JSON.parse(readFileSync(file, 'utf8')) as DbConfig;
