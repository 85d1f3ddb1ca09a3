import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionName } from '../../../../src/stack/parts/db/functions.ts';
import { failure, startServer, type TestServer } from './running.ts';

let server: TestServer;
let client: Connection;
let secret: string;

beforeAll(async () => {
  server = await startServer();
  client = await server.connect({ multipleStatements: true });
  await client.query('CREATE TABLE entries (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50))');
  await client.query("INSERT INTO entries (name) VALUES ('Mia')");
  secret = join(server.dir, 'queries.log');
});
afterAll(() => server.stop());

const stolen = () => join(server.dir, 'stolen');

/** Whether the attack was an error, and left everything as it was. */
const expectRefused = async (sql: string, params?: unknown[]): Promise<void> => {
  const before = readdirSync(server.dir).sort();
  const result = await failure(client, sql, params);
  expect(result, sql).toMatch(/^\d{4} \(/);
  expect(readdirSync(server.dir).sort()).toEqual(before);
  expect(existsSync(stolen())).toBe(false);
};

const attacks = (file: string): string[] => [
  `ATTACH DATABASE '${file}' AS x`,
  `ATTACH '${file}' AS x`,
  'DETACH DATABASE main',
  `VACUUM INTO '${file}'`,
  'VACUUM',
  'PRAGMA journal_mode = DELETE',
  'PRAGMA writable_schema = 1',
  'SELECT * FROM pragma_database_list',
  "SELECT * FROM pragma_table_info('entries')",
  'SELECT * FROM `pragma_database_list`',
  'SELECT * FROM sqlite_master',
  'SELECT * FROM SQLITE_MASTER',
  'SELECT * FROM `sqlite_master`',
  'SELECT * FROM "sqlite_master"',
  "SELECT * FROM 'sqlite_master'",
  'SELECT * FROM main.sqlite_master',
  'SELECT * FROM temp.sqlite_master',
  'SELECT * FROM sqlite_schema',
  'SELECT * FROM entries, sqlite_master',
  'SELECT * FROM entries JOIN sqlite_master',
  'SELECT * FROM (entries, sqlite_master)',
  'SELECT * FROM (entries, dbstat)',
  'SELECT * FROM (entries, (dbstat))',
  'SELECT * FROM ((entries JOIN dbstat))',
  'SELECT * FROM entries LEFT JOIN (dbstat) ON 1',
  'SELECT * FROM entries WHERE id IN (SELECT name FROM sqlite_master)',
  'SELECT (SELECT sql FROM sqlite_master LIMIT 1)',
  'SELECT 1 UNION SELECT sql FROM sqlite_master',
  'WITH x AS (SELECT * FROM sqlite_master) SELECT * FROM x',
  'WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n FROM x) SELECT count(*) FROM x',
  'SELECT sqlite_master.sql FROM entries, sqlite_master',
  'SELECT * FROM dbstat',
  'SELECT * FROM sqlite_dbpage',
  'SELECT * FROM fts5vocab',
  "SELECT * FROM json_each('[1]')",
  'SELECT * FROM embedded_catalogue',
  'SELECT * FROM foobar.embedded_catalogue',
  'DELETE FROM embedded_catalogue',
  'DROP TABLE embedded_catalogue',
  'UPDATE sqlite_master SET sql = 1',
  'INSERT INTO sqlite_master VALUES (1,2,3,4,5)',
  'INSERT INTO entries SELECT 1, sql FROM sqlite_master',
  'DELETE FROM entries WHERE id IN (SELECT rootpage FROM sqlite_master)',
  'UPDATE entries SET name = (SELECT sql FROM sqlite_master LIMIT 1)',
  'CREATE TABLE sqlite_x (a INT)',
  'CREATE TABLE embedded_x (a INT)',
  'CREATE TABLE `sqlite_y` (a INT)',
  'ALTER TABLE entries RENAME TO sqlite_z',
  'CREATE TABLE a (b INT CHECK (load_extension(1)))',
  'CREATE TABLE a (b INT, CHECK ((SELECT count(*) FROM sqlite_master) > 0))',
  "CREATE TABLE a (b INT DEFAULT (load_file('/etc/passwd')))",
  'CREATE VIRTUAL TABLE v USING fts5(a)',
  'CREATE TABLE v USING fts5(a)',
  'CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT 1; END',
  'CREATE VIEW v AS SELECT * FROM sqlite_master',
  `SELECT load_extension('${file}')`,
  `SELECT LOAD_EXTENSION ('${file}')`,
  `SELECT load_extension/**/('${file}')`,
  'SELECT `load_extension`(1)',
  `SELECT readfile('${file}')`,
  `SELECT writefile('${file}', 'x')`,
  `SELECT load_file('${file}')`,
  `SELECT LOAD_FILE /* x */ ('${file}')`,
  `SELECT * FROM entries WHERE name = LOAD_FILE('${file}')`,
  `INSERT INTO entries (name) VALUES (LOAD_FILE('${file}'))`,
  `UPDATE entries SET name = LOAD_FILE('${file}')`,
  `SELECT 'x' INTO OUTFILE '${file}'`,
  `SELECT * INTO OUTFILE '${file}' FROM entries`,
  `SELECT * FROM entries INTO OUTFILE '${file}'`,
  `SELECT * FROM entries INTO DUMPFILE '${file}'`,
  `SELECT * FROM (SELECT 1 INTO OUTFILE '${file}') x`,
  `SELECT 1 UNION SELECT 2 INTO OUTFILE '${file}'`,
  `LOAD DATA INFILE '${file}' INTO TABLE entries`,
  `LOAD DATA LOCAL INFILE '${file}' INTO TABLE entries`,
  `LOAD XML INFILE '${file}' INTO TABLE entries`,
  `SOURCE ${file}`,
  'INSTALL PLUGIN x SONAME "x.so"',
  'CREATE FUNCTION f RETURNS STRING SONAME "x.so"',
  `SET GLOBAL general_log_file = '${file}'`,
  `SET @@global.slow_query_log_file = '${file}'`,
  `SET GLOBAL secure_file_priv = ''`,
  'SELECT randomblob(1000000000)',
  'SELECT zeroblob(1000000000)',
  'SELECT sqlite_version()',
  'SELECT fts3_tokenizer(1)',
  'SELECT edit(1)',
  'SELECT my_assign(1)',
  'SELECT date_shift(1,2,3)',
  'SELECT rowid FROM entries',
  'SELECT `oid` FROM entries',
  'SELECT _rowid_ FROM entries',
  'EXPLAIN SELECT * FROM sqlite_master',
  'EXPLAIN QUERY PLAN SELECT 1',
  'SHOW TABLES WHERE (SELECT count(*) FROM sqlite_master) > 0',
  'SHOW CREATE TABLE sqlite_master',
  'DESCRIBE sqlite_master',
  'SET @a = (SELECT sql FROM sqlite_master LIMIT 1)',
  'REINDEX',
  'ANALYZE',
  'PREPARE s FROM "ATTACH DATABASE x AS y"',
  'EXECUTE IMMEDIATE "PRAGMA user_version"',
  'INSERT INTO entries DEFAULT VALUES RETURNING *',
  'VALUES (1)',
];

/** The same statement in other clothes. */
const disguises: Record<string, (sql: string) => string> = {
  'as it is': sql => sql,
  'in an executable comment': sql => `/*!40000 ${sql.replaceAll('/**/', ' ').replaceAll('/* x */', ' ')} */`,
  'behind comments': sql => `/* a */ -- b\n # c\n ${sql} /* d */`,
  'in small letters': sql => sql.replace(/[A-Z]{3,}/g, word => word.toLowerCase()),
  'as the second of two statements': sql => `SELECT 1; ${sql}`,
};

describe.each(Object.entries(disguises))('%s, nothing reaches a file or the inner tables', (_, disguise) => {
  it('by COM_QUERY', async () => {
    for (const sql of attacks(stolen())) await expectRefused(disguise(sql));
  });
  it('by COM_STMT_PREPARE', async () => {
    for (const sql of attacks(stolen())) await expectRefused(disguise(sql), []);
  });
});

describe('a file of the server', () => {
  it('is not read by any function or statement', async () => {
    expect(existsSync(secret)).toBe(true);
    for (const sql of attacks(secret)) await expectRefused(sql);
    expect(readFileSync(secret, 'utf8')).not.toBe('');
  });

  it('cannot be named by a parameter', async () => {
    for (const sql of [
      'ATTACH DATABASE ? AS x',
      'VACUUM INTO ?',
      'SELECT LOAD_FILE(?)',
      'SELECT 1 INTO OUTFILE ?',
    ])
      await expectRefused(sql, [stolen()]);
  });
});

describe('the inner side of SQLite', () => {
  const inner = new DatabaseSync(':memory:');
  const names = (sql: string) =>
    inner
      .prepare(sql)
      .all()
      .map(row => String(Object.values(row)[0]));

  it.each(names('SELECT DISTINCT name FROM pragma_module_list'))(
    'has no table %s for clients',
    async module => {
      await expectRefused(`SELECT * FROM \`${module}\``);
      await expectRefused(`SELECT * FROM entries, ${module}('x')`);
    },
  );

  const harmless = (name: string) =>
    functionName(name) !== undefined || /^(?:->>?|like|match|glob)$/.test(name);
  it.each(names('SELECT DISTINCT name FROM pragma_function_list').filter(name => !harmless(name)))(
    'has no function %s for clients',
    async name => {
      await expectRefused(`SELECT \`${name}\`('x')`);
      if (/^\w+$/.test(name)) await expectRefused(`SELECT ${name}('x')`);
    },
  );
});

describe('what is text stays text', () => {
  it('in strings, names and comments', async () => {
    const text = `'; ATTACH DATABASE '${stolen()}' AS x; --`;
    const [rows] = await client.execute('SELECT ? AS a, ? AS b', [text, 'PRAGMA x']);
    expect(rows).toEqual([{ a: text, b: 'PRAGMA x' }]);
    expect(await failure(client, 'SELECT "ATTACH x" AS `PRAGMA y` -- VACUUM')).toEqual([
      { 'PRAGMA y': 'ATTACH x' },
    ]);
    expect(existsSync(stolen())).toBe(false);
  });
});
