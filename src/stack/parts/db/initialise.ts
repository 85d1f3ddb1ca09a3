import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { MysqlError } from './errors.ts';
import { type Journal, openJournal } from './replication/journal.ts';
import { type Account, createServer } from './server.ts';
import { createSession } from './session.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';
import { loadTables, type Tables } from './tables.ts';
import { splitStatements } from './tokens.ts';

const silent = { statement: () => {}, close: () => {} };

const removeDatabase = (file: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
};

export interface Initialised {
  tables: Tables;
  journal: Journal;
}

/** What the log is, and what is to be done when it has grown. */
export type LogOptions = Parameters<typeof openJournal>[1];

const inspect = (db: Sqlite, log: LogOptions): Initialised => ({
  tables: loadTables(db),
  journal: openJournal(db, log),
});

const known = (file: string, log: LogOptions): Initialised => {
  const db = openSqlite(file);
  try {
    return inspect(db, log);
  } finally {
    db.close();
  }
};

/**
 * The tables and the log of the database. Makes it if there is none, and runs the init file on it. It gets its name
 * when it is complete: a process that is killed meanwhile leaves nothing half done. Throws with MySQL's number and
 * the statement.
 */
export const initialise = async (options: {
  file: string;
  database: string;
  host: string;
  account: Account;
  initFile: string | undefined;
  log: LogOptions;
}): Promise<Initialised> => {
  const { file, database, host, account, log } = options;
  if (existsSync(file)) return known(file, log);
  const making = `${file}.new`;
  removeDatabase(making);
  const db = openSqlite(making);
  const { journal, tables } = inspect(db, log);
  const server = createServer({
    file: making,
    database,
    host,
    accounts: [account],
    logs: silent,
    maxConnections: 1,
    tables,
    journal,
  });
  const session = createSession(server, {
    account,
    connection: 0,
    host,
    database,
    foundRows: false,
    kill: () => {},
  });
  const statements = options.initFile ? splitStatements(readFileSync(options.initFile, 'utf8')) : [];
  try {
    for (const statement of statements) await session.run(statement, () => session.plan(statement), []);
  } catch (error) {
    if (error instanceof MysqlError)
      throw new Error(`${options.initFile}: ERROR ${error.code} (${error.sqlState}): ${error.message}`);
    throw error;
  } finally {
    // The last connection to close moves the log into the file, which can then be renamed alone.
    session.close();
    db.close();
  }
  renameSync(making, file);
  removeDatabase(making);
  return { tables: server.tables(), journal };
};
