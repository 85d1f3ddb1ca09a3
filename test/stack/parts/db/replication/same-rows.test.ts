/** Whatever is done on the source, the replica has the same tables. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedDb } from '../../../../../src/stack/parts/db/embedded.ts';
import { replicationOf } from '../../../../../src/stack/replication.ts';
import { type Db, placeDb } from '../part.ts';
import { failure, rowsOf } from '../running.ts';

let primary: Db;
let replica: Db;
let writers: Connection[];
let reader: Connection;
beforeAll(async () => {
  primary = await placeDb(embeddedDb, 'db-1');
  replica = await placeDb(embeddedDb, 'db-2', primary);
  await Promise.all([primary.start(), replica.start()]);
  writers = [await primary.connect(), await primary.connect()];
  for (const writer of writers) await writer.query('SET innodb_lock_wait_timeout = 1, lock_wait_timeout = 1');
  await replicationOf(replica.at).waitFor(await replicationOf(primary.at).position(), 30_000);
  reader = await replica.connect();
});
afterAll(async () => {
  await replica?.[Symbol.asyncDispose]();
  await primary?.[Symbol.asyncDispose]();
});

const table = fc.constantFrom('a', 'b', 'plain');
const number = fc.integer({ min: 0, max: 9 });
const drawn = fc.constantFrom(
  'UUID()',
  'RAND()',
  'NOW(6)',
  'LAST_INSERT_ID()',
  'CONNECTION_ID()',
  '@v',
  'ROW_COUNT()',
  "'x'",
  'MD5(RAND())',
  '(SELECT COUNT(*) FROM plain)',
);
const condition = fc.oneof(
  number.map(n => `n % 3 = ${n % 3}`),
  number.map(n => `n > ${n}`),
  drawn.map(value => `n < LENGTH(${value}) % 7`),
  fc.constant('1'),
);

/** Most of them succeed, some do not, and some leave a transaction open for the next ones. */
const statement = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(table, number, drawn)
      .map(([t, n, v]) => `INSERT INTO ${t} (n, v) VALUES (${n}, ${v})`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(table, number, drawn, drawn)
      .map(([t, n, v, w]) => `INSERT INTO ${t} (n, v) VALUES (${n}, ${v}), (${n + 1}, ${w})`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(number, drawn)
      .map(
        ([n, v]) =>
          `INSERT INTO a (u, n, v) VALUES (${n}, ${n}, 'new') ON DUPLICATE KEY UPDATE n = n + 1, v = ${v}`,
      ),
  },
  { weight: 2, arbitrary: number.map(n => `INSERT IGNORE INTO a (u, n) VALUES (${n}, 1), (${n + 1}, 2)`) },
  { weight: 2, arbitrary: number.map(n => `REPLACE INTO a (u, n, v) VALUES (${n}, ${n}, UUID())`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(table, table)
      .map(([t, from]) => `INSERT INTO ${t} (n, v) SELECT n, CONCAT(v, RAND()) FROM ${from} LIMIT 3`),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(table, drawn, condition).map(([t, v, c]) => `UPDATE ${t} SET v = ${v} WHERE ${c}`),
  },
  { weight: 3, arbitrary: fc.tuple(table, condition).map(([t, c]) => `DELETE FROM ${t} WHERE ${c} LIMIT 4`) },
  { weight: 2, arbitrary: fc.constantFrom('BEGIN', 'START TRANSACTION') },
  { weight: 3, arbitrary: fc.constant('COMMIT') },
  { weight: 2, arbitrary: fc.constant('ROLLBACK') },
  { weight: 2, arbitrary: fc.constantFrom('SAVEPOINT s', 'ROLLBACK TO s', 'RELEASE SAVEPOINT s') },
  { weight: 1, arbitrary: fc.constantFrom('SET autocommit = 0', 'SET autocommit = 1', 'SET @v = UUID()') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'TRUNCATE plain',
      'ALTER TABLE plain ADD COLUMN w VARCHAR(40) NOT NULL DEFAULT (UUID())',
      'ALTER TABLE plain DROP COLUMN w',
      'CREATE INDEX vs ON b (v)',
      'DROP INDEX vs ON b',
      'ANALYZE TABLE b',
      'OPTIMIZE TABLE a',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'INSERT INTO nope VALUES (1)',
      'INSERT INTO a (n) VALUES (NULL)',
      'SELEKT',
      "INSERT INTO a (n, v) VALUES (1, REPEAT('x', 300))",
    ),
  },
);

const tables = ['a', 'b', 'plain'];

const contentOf = async (connection: Connection): Promise<unknown> => {
  const all: Record<string, unknown> = {};
  for (const name of tables)
    all[name] = (await rowsOf(connection, `SELECT * FROM ${name}`))
      .map(row => JSON.stringify(row))
      .toSorted();
  return all;
};

describe('a replica of the embedded engine', () => {
  it('has the same rows after any statements of two clients', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), statement), { minLength: 5, maxLength: 40 }),
        async script => {
          const [first] = writers as [Connection];
          for (const writer of writers)
            await writer.query('ROLLBACK').then(() => writer.query('SET autocommit = 1'));
          await first.query('DROP TABLE IF EXISTS a, b, plain');
          await first.query(
            'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, u INT UNIQUE, n INT NOT NULL DEFAULT 0, v VARCHAR(200), t TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)',
          );
          await first.query(
            'CREATE TABLE b (id VARCHAR(60) DEFAULT (UUID()) PRIMARY KEY, n INT NOT NULL, v VARCHAR(200), made DATETIME(6) DEFAULT NOW(6))',
          );
          await first.query('CREATE TABLE plain (n INT, v VARCHAR(200))');
          for (const [who, sql] of script) await failure(writers[who] as Connection, sql);
          for (const writer of writers) await writer.query('COMMIT');
          const position = await replicationOf(primary.at).position();
          expect(await replicationOf(replica.at).waitFor(position, 30_000)).toBe(true);
          const content = await contentOf(first);
          seen += JSON.stringify(content).length;
          expect(await contentOf(reader)).toEqual(content);
          const next = async (connection: Connection) =>
            (
              await rowsOf(
                connection,
                "SELECT auto_increment AS n FROM information_schema.tables WHERE table_name = 'a'",
              )
            )[0];
          // The next number may differ by what was undone, never the other way.
          const [mine, theirs] = [await next(first), await next(reader)] as [{ n: string }, { n: string }];
          expect(Number(theirs.n)).toBeLessThanOrEqual(Number(mine.n));
        },
      ),
      { numRuns: 40 },
    );
    expect(seen).toBeGreaterThan(10_000);
  }, 120_000);

  it('has the same bytes of a large value', async () => {
    const [first] = writers as [Connection];
    await first.query('CREATE TABLE large (id INT PRIMARY KEY, text LONGTEXT, bytes LONGBLOB)');
    const text = '日本"\\\n'.repeat(300_000);
    const bytes = Buffer.from(Array.from({ length: 2_000_000 }, (_, i) => (i * 7) % 256));
    await first.execute('INSERT INTO large VALUES (1, ?, ?)', [text, bytes]);
    expect(await replicationOf(replica.at).waitFor(await replicationOf(primary.at).position(), 30_000)).toBe(
      true,
    );
    const [row] = (await rowsOf(reader, 'SELECT * FROM large')) as { text: string; bytes: Buffer }[];
    const digest = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
    expect(digest(row?.text ?? '')).toBe(digest(text));
    expect(digest(row?.bytes ?? '')).toBe(digest(bytes));
  });
});
