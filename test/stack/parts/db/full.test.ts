import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mysqlErrorOf } from '../../../../src/stack/parts/db/failure.ts';
import { createLocks } from '../../../../src/stack/parts/db/locks.ts';
import { openSqlite, type Sqlite } from '../../../../src/stack/parts/db/sqlite.ts';
import { createTransaction, type Transaction } from '../../../../src/stack/parts/db/transaction.ts';

let dir: string;
let db: Sqlite;
let transaction: Transaction;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'full-'));
  db = openSqlite(join(dir, 'data'));
  db.exec('PRAGMA max_page_count = 60; CREATE TABLE t (x TEXT)');
  transaction = createTransaction({
    db,
    locks: createLocks(),
    signal: new AbortController().signal,
    patience: () => 0,
    undone: () => {},
    settled: () => {},
  });
});
afterEach(async () => {
  db.close();
  await rm(dir, { recursive: true, force: true });
});

const insert = (length: number): Promise<unknown> =>
  transaction.run(
    'write',
    () => {},
    () => db.prepare('INSERT INTO t VALUES (?)').run(['x'.repeat(length)]),
  );

const fill = async (): Promise<unknown> => {
  try {
    for (;;) await insert(20_000);
  } catch (error) {
    return error;
  }
};

const rows = (): number => Number(db.rows('SELECT count(*) FROM t')[0]?.[0]);

const known = () => ({
  db,
  database: 'foobar',
  tables: new Map(),
  statement: undefined,
  plan: undefined,
  value: () => null,
});

describe('a full disk', () => {
  it('is error 1114, and all that was there before stays', async () => {
    const error = await fill();
    expect(mysqlErrorOf(error, known())).toMatchObject({ code: 1114, message: 'The table is full' });
    const before = rows();
    expect(before).toBeGreaterThan(3);
    await expect(insert(20_000)).rejects.toThrow('full');
    expect(rows()).toBe(before);
  });

  it('is no error of the rollback that follows, nor of the statements after it', async () => {
    transaction.begin();
    expect(mysqlErrorOf(await fill(), known())).toMatchObject({ code: 1114 });
    transaction.rollback();
    expect(rows()).toBe(0);
    transaction.begin();
    await insert(10);
    transaction.commit();
    expect(rows()).toBe(1);
  });

  it('leaves the transaction as SQLite has left it', async () => {
    transaction.begin();
    await insert(10);
    await fill();
    const { active } = transaction;
    transaction.commit();
    expect(rows() > 0).toBe(active);
  });
});
