/** The log against the database it belongs to: one never says more than the other. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEntry } from '../../../../../src/stack/parts/db/replication/entry.ts';
import {
  currentPosition,
  type Journal,
  openJournal,
} from '../../../../../src/stack/parts/db/replication/journal.ts';
import { openSqlite, type Sqlite } from '../../../../../src/stack/parts/db/sqlite.ts';

let dir: string;
let file: string;
let db: Sqlite;
let journal: Journal;
const noted = (sql: string) => ({ sql, params: [], now: 0, drawn: [] });
const lines = async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean).map(readEntry);
const statements = async () => (await lines()).map(entry => entry.statements.map(({ sql }) => sql));
const open = () => openJournal(db, { file, server: 1 });

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'journal-'));
  file = join(dir, 'binlog');
  db = openSqlite(join(dir, 'data'));
  journal = open();
});
afterEach(async () => {
  journal.close();
  db.close();
  await rm(dir, { recursive: true, force: true });
});

const commit = (sql: string): void => {
  const recorder = journal.recorder(db, () => {});
  db.exec('BEGIN IMMEDIATE');
  recorder.note(noted(sql));
  recorder.write();
  db.exec('COMMIT');
  recorder.committed();
};

describe('the log', () => {
  it('numbers what is committed', async () => {
    commit('one');
    commit('two');
    expect((await lines()).map(({ gtid }) => gtid)).toEqual(['0-1-1', '0-1-2']);
    expect(currentPosition(journal)).toBe('0-1-2');
  });

  it('forgets what a crash has kept from being committed', async () => {
    commit('one');
    const recorder = journal.recorder(db, () => {});
    db.exec('BEGIN IMMEDIATE');
    recorder.note(noted('lost, and longer than what comes after it'));
    recorder.write();
    expect(await statements()).toHaveLength(2);
    db.exec('ROLLBACK');
    journal.close();
    journal = open();
    expect(await statements()).toEqual([['one']]);
    commit('two');
    expect(await statements()).toEqual([['one'], ['two']]);
    expect(journal.positions.log).toBe('0-1-2');
  });

  it('writes over what was not committed, also without a crash', async () => {
    const recorder = journal.recorder(db, () => {});
    db.exec('BEGIN IMMEDIATE');
    recorder.note(noted('undone'));
    recorder.write();
    db.exec('ROLLBACK');
    recorder.forget();
    commit('one');
    const { end } = journal;
    expect(
      (await readFile(file)).subarray(0, end).toString().split('\n').filter(Boolean).map(readEntry),
    ).toMatchObject([{ gtid: '0-1-1', statements: [{ sql: 'one' }] }]);
  });

  it('knows what it has repeated from what is its own, and takes nothing out of order', () => {
    const recorder = journal.recorder(db, () => {});
    const repeat = (gtid: string): void => {
      const entry = { gtid, at: 0, schema: false, foreignKeys: true, statements: [noted('x')] };
      db.exec('BEGIN IMMEDIATE');
      try {
        recorder.repeat(entry, '{}\n');
        recorder.note(noted('not twice'));
        recorder.write();
        db.exec('COMMIT');
        recorder.committed();
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      } finally {
        recorder.forget();
      }
    };
    repeat('0-7-1');
    expect(journal.positions).toMatchObject({ log: '0-7-1', repeated: '0-7-1' });
    commit('own');
    expect(journal.positions).toMatchObject({ log: '0-1-2', repeated: '0-7-1' });
    expect(currentPosition(journal)).toBe('0-1-2');
    expect(() => repeat('0-7-2')).toThrow(/GTID 0-7-2 .* out-of-order .* 0-1-2/);
    repeat('0-7-3');
    expect(currentPosition(journal)).toBe('0-7-3');
  });

  it('is not begun anew when its file is there', async () => {
    commit('one');
    await writeFile(file, `${await readFile(file, 'utf8')}half a li`);
    journal.close();
    journal = open();
    expect(await statements()).toEqual([['one']]);
  });
});
