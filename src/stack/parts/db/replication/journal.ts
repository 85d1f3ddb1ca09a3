/**
 * The log of everything that was committed, which replicas repeat: MySQL's binary log, in lines of JSON.
 *
 * A transaction's line is written to the file right before its COMMIT, and how long the file is with it stands in
 * the database itself, as a part of the transaction. So a crash between the two leaves a line that does not count,
 * and the next start cuts it off.
 */

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { MysqlError } from '../errors.ts';
import { ownPrefix, quoteName } from '../guard.ts';
import type { Sqlite } from '../sqlite.ts';
import { type Entry, type Logged, writeEntry } from './entry.ts';
import { readGtid, sequenceOf, writeGtid } from './gtid.ts';

const table = quoteName(`${ownPrefix}replication`);
const mega = 1024 * 1024;
/** More than that would fill the machine's temporary files, which may be its memory. */
const largestLog = 512 * mega;

/** How far this database is. */
export interface Positions {
  /** The last transaction in its own log. */
  log: string;
  /** The last one that it has repeated. */
  repeated: string;
}

export interface Journal {
  readonly file: string;
  readonly fd: number;
  /** Bytes of the file that count. */
  readonly end: number;
  readonly positions: Positions;
  /** Of what is written here first. */
  readonly server: number;
  /** Called after each commit. Returns how to stop that. */
  follow(listener: () => void): () => void;
  recorder(db: Sqlite, allowed: () => void): Recorder;
  close(): void;
}

/** What one session has changed since its last commit. */
export interface Recorder {
  /** Statements so far; `cut` goes back to such a number. */
  readonly length: number;
  /** `schema` when it changes the schema, and whether foreign keys were checked meanwhile. */
  note(statement: Logged, schema?: { foreignKeys: boolean }): void;
  cut(length: number): void;
  /** The open transaction repeats this one. */
  repeat(entry: Entry, line: string): void;
  /** The last thing inside of the transaction. Throws when it may not be committed. */
  write(): void;
  committed(): void;
  forget(): void;
}

interface Stored extends Positions {
  end: number;
}

const load = (db: Sqlite): Stored => {
  db.exec(`CREATE TABLE IF NOT EXISTS ${table} (log TEXT, repeated TEXT, log_end INTEGER)`);
  const [row] = db.rows(`SELECT log, repeated, log_end FROM ${table}`);
  if (row) return { log: String(row[0]), repeated: String(row[1]), end: Number(row[2]) };
  db.exec(`INSERT INTO ${table} VALUES ('', '', 0)`);
  return { log: '', repeated: '', end: 0 };
};

const store = (db: Sqlite, { log, repeated, end }: Stored): void => {
  db.prepare(`UPDATE ${table} SET log = ?, repeated = ?, log_end = ?`).run([log, repeated, BigInt(end)]);
};

const foreignKeysOf = (db: Sqlite): boolean => db.rows('PRAGMA foreign_keys')[0]?.[0] !== 0n;

const outOfOrder = (gtid: string, existing: string): MysqlError =>
  new MysqlError(
    1950,
    `An attempt was made to binlog GTID ${gtid} which would create an out-of-order sequence number with existing GTID ${existing}, and gtid strict mode is enabled`,
  );

export const openJournal = (
  db: Sqlite,
  { file, server, onChange }: { file: string; server: number; onChange?: (positions: Positions) => void },
): Journal => {
  let stored = load(db);
  // Not for appending: what a crash has left behind the end is written over.
  const fd = openSync(file, stored.end > 0 ? 'r+' : 'w+', 0o600);
  ftruncateSync(fd, stored.end);
  const listeners = new Set<() => void>();

  const put = (line: string): number => {
    const bytes = Buffer.from(line);
    if (stored.end + bytes.length > largestLog)
      throw new MysqlError(1598, 'Binary logging not possible. Message: the log of this server is full');
    try {
      for (let at = 0; at < bytes.length; )
        at += writeSync(fd, bytes, at, bytes.length - at, stored.end + at);
    } catch (error) {
      throw new MysqlError(1026, `Error writing file 'binlog' (${(error as Error).message})`);
    }
    return stored.end + bytes.length;
  };

  const recorder: Journal['recorder'] = (own, allowed) => {
    let noted: Logged[] = [];
    let isSchema = false;
    let foreignKeys = true;
    let repeating: { entry: Entry; line: string } | undefined;
    let next: Stored | undefined;

    const nextOwn = (): Stored => {
      const sequence = Math.max(sequenceOf(stored.log), sequenceOf(stored.repeated)) + 1;
      const log = writeGtid({ server, sequence });
      const entry = { gtid: log, at: Date.now(), schema: isSchema, foreignKeys, statements: noted };
      return { log, repeated: stored.repeated, end: put(writeEntry(entry)) };
    };
    const nextRepeated = ({ entry: { gtid }, line }: { entry: Entry; line: string }): Stored => {
      if (sequenceOf(gtid) <= sequenceOf(stored.log)) throw outOfOrder(gtid, stored.log);
      return { log: gtid, repeated: gtid, end: put(line) };
    };
    const forget = () => {
      noted = [];
      isSchema = false;
      repeating = undefined;
      next = undefined;
    };

    return {
      get length() {
        return noted.length;
      },
      note: (statement, schema) => {
        if (repeating) return;
        if (noted.length === 0) foreignKeys = schema ? schema.foreignKeys : foreignKeysOf(own);
        isSchema = schema !== undefined;
        noted.push(statement);
      },
      cut: length => {
        noted.length = Math.min(noted.length, length);
      },
      repeat: (entry, line) => {
        repeating = { entry, line };
      },
      write: () => {
        if (!repeating && noted.length === 0) return;
        if (!repeating) allowed();
        next = repeating ? nextRepeated(repeating) : nextOwn();
        store(own, next);
      },
      committed: () => {
        if (!next) return;
        stored = next;
        onChange?.(stored);
        for (const listener of listeners) listener();
      },
      forget,
    };
  };

  return {
    file,
    fd,
    server,
    get end() {
      return stored.end;
    },
    get positions() {
      return stored;
    },
    follow: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    recorder,
    close: () => closeSync(fd),
  };
};

/** What a replica that follows from here has: what it has repeated, or what it has written itself since. */
export const currentPosition = ({ positions: { log, repeated }, server }: Journal): string => {
  const own = readGtid(log);
  return own && own.server === server && own.sequence > sequenceOf(repeated) ? log : repeated;
};
