/** The same statements by the same clients against every engine that is present. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { dbCases, isMariadb } from '../../engine-cases.ts';
import { type Db, placeDb } from './part.ts';
import { failure, rowsOf } from './running.ts';

const run = promisify(execFile);
const hasClient = spawnSync('mariadb', ['--version']).status === 0;

describe.each(dbCases)('db contract: $name', ({ engine, present }) => {
  describe.skipIf(!present)('with a table of its own', () => {
    let db: Db;
    let client: Connection;
    beforeAll(async () => {
      db = await placeDb(engine);
      await db.start();
      client = await db.connect({ multipleStatements: true });
    });
    afterAll(() => db?.[Symbol.asyncDispose]());
    beforeEach(async () => {
      await client.query('DROP TABLE IF EXISTS guests');
      await client.query(`CREATE TABLE guests (
        id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
        name VARCHAR(40) NOT NULL,
        visits INT NOT NULL DEFAULT 1,
        seen DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
        note TEXT,
        UNIQUE KEY name (name)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
      await client.query(
        "INSERT INTO guests (name, seen) VALUES ('Mia', '2026-01-02 03:04:05'), ('Zoë', NOW())",
      );
    });

    describe('a client', () => {
      it('gets typed values, by text and prepared', async () => {
        const sql = 'SELECT id, name, visits, seen, note FROM guests WHERE name = ?';
        const row = { id: 1, name: 'Mia', visits: 1, seen: '2026-01-02 03:04:05', note: null };
        expect((await client.query(sql, ['Mia']))[0]).toEqual([row]);
        expect((await client.execute(sql, ['Mia']))[0]).toEqual([row]);
        expect((await client.execute('SELECT name FROM guests WHERE id = ?', [2]))[0]).toEqual([
          { name: 'Zoë' },
        ]);
      });

      it('keeps every character', async () => {
        const note = `'; DROP TABLE guests; -- \\ "x" \n日本 🎉 \u0000`;
        await client.query('UPDATE guests SET note = ? WHERE id = 1', [note]);
        await client.execute('UPDATE guests SET note = ? WHERE id = 2', [note]);
        expect(await rowsOf(client, 'SELECT note FROM guests')).toEqual([{ note }, { note }]);
      });

      it('is told what a change did', async () => {
        const [inserted] = await client.query("INSERT INTO guests (name) VALUES ('Ada'), ('Eva')");
        expect(inserted).toMatchObject({ affectedRows: 2, insertId: 3 });
        const [updated] = await client.query('UPDATE guests SET visits = 2 WHERE id < 3');
        expect(updated).toMatchObject({ affectedRows: 2 });
        const [deleted] = await client.query('DELETE FROM guests WHERE id = 4');
        expect(deleted).toMatchObject({ affectedRows: 1 });
      });

      it('inserts or updates', async () => {
        const sql =
          'INSERT INTO guests (name, visits) VALUES (?, 1) ON DUPLICATE KEY UPDATE visits = visits + VALUES(visits)';
        expect((await client.query(sql, ['Mia']))[0]).toMatchObject({ affectedRows: 2 });
        expect((await client.query(sql, ['Ada']))[0]).toMatchObject({ affectedRows: 1 });
        expect(
          await rowsOf(client, "SELECT visits FROM guests WHERE name IN ('Mia', 'Ada') ORDER BY id"),
        ).toEqual([{ visits: 2 }, { visits: 1 }]);
      });

      it('sees its own transaction, and others see it after the commit', async () => {
        const other = await db.connect();
        const count = async (connection: Connection): Promise<unknown> =>
          (await rowsOf(connection, 'SELECT COUNT(*) AS n FROM guests'))[0];
        await client.query('START TRANSACTION');
        await client.query("INSERT INTO guests (name) VALUES ('Ada')");
        expect([await count(client), await count(other)]).toEqual([{ n: 3 }, { n: 2 }]);
        await client.query('ROLLBACK');
        expect(await count(client)).toEqual({ n: 2 });
        await client.beginTransaction();
        await client.query("INSERT INTO guests (name) VALUES ('Ada')");
        await client.commit();
        expect(await count(other)).toEqual({ n: 3 });
      });

      it('is given no number twice, also when what it stood for was undone', async () => {
        const insert = async (name: string): Promise<unknown> =>
          ((await client.query('INSERT INTO guests (name) VALUES (?)', [name]))[0] as { insertId: number })
            .insertId;
        await client.query('START TRANSACTION');
        expect([await insert('Ada'), await insert('Eva')]).toEqual([3, 4]);
        await client.query('ROLLBACK');
        expect(await insert('Ada')).toBe(5);
        await client.query('START TRANSACTION');
        await client.query('SAVEPOINT here');
        await insert('Eva');
        await client.query('ROLLBACK TO here');
        expect(await insert('Eva')).toBe(7);
        await client.query('COMMIT');
        const lost = await db.connect();
        await lost.query('BEGIN');
        await lost.query("INSERT INTO guests (name) VALUES ('Ida')");
        await lost.end();
        const processes = async () => (await client.query<RowDataPacket[]>('SHOW PROCESSLIST'))[0];
        await until(async () => (await processes()).every(({ Id }) => Number(Id) !== lost.threadId));
        expect(await insert('Ida')).toBe(9);
      });

      it('locks tables, and finds them locked', async () => {
        const other = await db.connect();
        await other.query('SET lock_wait_timeout = 1, innodb_lock_wait_timeout = 1');
        await client.query('LOCK TABLES guests READ');
        expect(await rowsOf(other, 'SELECT name FROM guests WHERE id = 1')).toEqual([{ name: 'Mia' }]);
        expect(await failure(other, 'UPDATE guests SET visits = 2')).toMatch(/^1205 /);
        expect(await failure(client, 'UPDATE guests SET visits = 2')).toMatch(/^1099 /);
        expect(await failure(client, 'SELECT * FROM entries')).toMatch(/^1100 /);
        await client.query('LOCK TABLES guests WRITE');
        await client.query('UPDATE guests SET visits = 2');
        expect(await failure(other, 'SELECT * FROM guests')).toMatch(/^1205 /);
        const waiting = rowsOf(other, 'SELECT visits FROM guests WHERE id = 1');
        await client.query('UNLOCK TABLES');
        expect(await waiting).toEqual([{ visits: 2 }]);
        other.destroy();
      });

      it('prepares statements by words', async () => {
        await client.query("PREPARE find FROM 'SELECT name FROM guests WHERE id = ? OR name = ?'");
        await client.query("SET @id = 1, @name = 'Zoë'");
        expect(await rowsOf(client, 'EXECUTE find USING @id, @name')).toEqual([
          { name: 'Mia' },
          { name: 'Zoë' },
        ]);
        expect(await failure(client, 'EXECUTE find USING @id')).toMatch(/^1210 /);
        await client.query('DEALLOCATE PREPARE find');
        expect(await failure(client, 'EXECUTE find')).toMatch(/^1243 /);
        await client.query("SET @text = 'SELECT 1 + 1 AS two'");
        await client.query('PREPARE again FROM @text');
        expect(await rowsOf(client, 'EXECUTE again')).toEqual([{ two: 2 }]);
        await client.query('DROP PREPARE again');
      });

      it('has tables checked', async () => {
        const status = (Op: string) => ({ Table: 'foobar.guests', Op, Msg_type: 'status', Msg_text: 'OK' });
        expect(await rowsOf(client, 'CHECK TABLE guests')).toEqual([status('check')]);
        expect(await rowsOf(client, 'ANALYZE TABLE guests')).toContainEqual(status('analyze'));
        expect(await rowsOf(client, 'OPTIMIZE TABLE guests')).toContainEqual(status('optimize'));
        expect(await rowsOf(client, 'CHECK TABLE nope')).toContainEqual(
          expect.objectContaining({ Msg_text: "Table 'foobar.nope' doesn't exist" }),
        );
      });

      // What drivers and tools ask before they do anything.
      it.each([
        'SET NAMES utf8mb4 COLLATE utf8mb4_general_ci',
        'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
        'SET SESSION group_concat_max_len = 100000',
        'SET sql_mode = CONCAT(@@sql_mode, ",STRICT_TRANS_TABLES")',
        'SELECT @@session.auto_increment_increment AS a, @@character_set_client AS b, @@max_allowed_packet AS c',
        "SELECT CAST('a' AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin AS a",
        "SELECT VERSION(), @@sql_mode, CONVERT_TZ('2001-01-01 01:00:00', 'UTC', 'UTC') IS NOT NULL",
        'SHOW FULL TABLES FROM `foobar` LIKE "%"',
        'SHOW FULL COLUMNS FROM `guests` FROM `foobar`',
        'SHOW INDEX FROM guests FROM foobar',
        'SHOW CREATE DATABASE IF NOT EXISTS foobar',
        'SHOW TABLE STATUS FROM foobar',
        'SHOW OPEN TABLES',
        'SHOW TRIGGERS FROM foobar',
        'SHOW FUNCTION STATUS WHERE Db = "foobar"',
        'SHOW COUNT(*) ERRORS',
        'SHOW COLLATION WHERE Charset = "utf8mb4"',
        'SHOW CHARACTER SET',
        'SHOW ENGINES',
        'SHOW PLUGINS',
        'SHOW GRANTS FOR CURRENT_USER()',
        'SHOW VARIABLES WHERE Variable_name IN ("version", "port")',
        'SHOW COLUMNS FROM information_schema.tables',
        'DESCRIBE information_schema.columns',
        'EXPLAIN PARTITIONS SELECT * FROM guests',
        'SELECT TABLE_NAME, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = "foobar"',
        'SELECT COLUMN_NAME, DATETIME_PRECISION, EXTRA FROM information_schema.COLUMNS WHERE TABLE_NAME = "guests"',
        ...[
          'FILES PARAMETERS PLUGINS VIEWS TRIGGERS EVENTS ROUTINES USER_PRIVILEGES SCHEMA_PRIVILEGES',
          'TABLE_PRIVILEGES COLUMN_PRIVILEGES COLLATION_CHARACTER_SET_APPLICABILITY KEY_COLUMN_USAGE STATISTICS',
        ].flatMap(names => names.split(' ').map(name => `SELECT * FROM information_schema.${name}`)),
      ])('may ask: %s', async sql => {
        const own = await db.connect();
        await own.query(sql);
        own.destroy();
      });

      it('is shown its rights', async () => {
        const rights = await rowsOf(
          client,
          "SELECT privilege_type AS p FROM information_schema.schema_privileges WHERE table_schema = 'foobar'",
        );
        for (const p of ['SELECT', 'INSERT', 'ALTER', 'LOCK TABLES']) expect(rights).toContainEqual({ p });
        const [grants] = await client.query<RowDataPacket[]>('SHOW GRANTS');
        expect(grants.map(row => Object.values(row)[0])).toContainEqual(
          expect.stringMatching(/^GRANT SELECT, INSERT, .* ON `foobar`\.\* TO `web`@`127\.0\.0\.1`$/),
        );
      });

      it('is shown variables as text', async () => {
        expect(await rowsOf(client, "SHOW VARIABLES LIKE 'max_allowed_packet'")).toEqual([
          { Variable_name: 'max_allowed_packet', Value: '16777216' },
        ]);
      });

      it('is shown tables, columns and the statement that made a table', async () => {
        expect(await rowsOf(client, "SHOW TABLES LIKE 'gue%'")).toHaveLength(1);
        const columns = (await rowsOf(client, 'DESCRIBE guests')) as Record<string, string | null>[];
        // MariaDB still tells a width that means nothing.
        expect(
          columns.map(({ Field, Type, Null, Key }) => [Field, Type?.replace('int(11)', 'int'), Null, Key]),
        ).toEqual([
          ['id', 'int', 'NO', 'PRI'],
          ['name', 'varchar(40)', 'NO', 'UNI'],
          ['visits', 'int', 'NO', ''],
          ['seen', 'datetime', 'NO', ''],
          ['note', 'text', 'YES', ''],
        ]);
        const [[made]] = await client.query<RowDataPacket[]>('SHOW CREATE TABLE guests');
        expect(made?.['Create Table']).toMatch(
          /^CREATE TABLE `guests` \(\n {2}`id` int(\(11\))? NOT NULL AUTO_INCREMENT,[\s\S]*UNIQUE KEY `name` \(`name`\)\n\) ENGINE=InnoDB/,
        );
        expect(
          await rowsOf(
            client,
            "SELECT column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'guests' ORDER BY ordinal_position",
          ),
        ).toEqual(['id', 'name', 'visits', 'seen', 'note'].map(c => ({ c })));
        const [plan] = await rowsOf(client, 'EXPLAIN SELECT * FROM guests WHERE id = 1');
        expect(plan).toMatchObject({ table: 'guests', type: 'const', key: 'PRIMARY' });
      });

      it.each([
        ['SELECT * FROM nope', '1146 (42S02)'],
        ['SELECT nope FROM guests', '1054 (42S22)'],
        ['SELECT * FORM guests', '1064 (42000)'],
        ["INSERT INTO guests (name) VALUES ('Mia')", '1062 (23000)'],
        ['INSERT INTO guests (name) VALUES (NULL)', '1048 (23000)'],
        ['CREATE TABLE guests (a INT)', '1050 (42S01)'],
        ['DROP TABLE nope', '1051 (42S02)'],
        ["INSERT INTO guests (id, name) VALUES ('x', 'Ada')", '1366 '],
        ["INSERT INTO guests (name) VALUES (REPEAT('x', 41))", '1406 (22001)'],
        ['CREATE DATABASE other', '1044 (42000)'],
        ['USE mysql', '1044 (42000)'],
        ['CREATE VIEW v AS SELECT 1', '1142 (42000)'],
        ['FLUSH TABLES', '1227 (42000)'],
        ['DEALLOCATE PREPARE nope', '1243 '],
      ])('is told by number what is wrong with: %s', async (sql, error) => {
        expect(String(await failure(client, sql)).startsWith(error), String(await failure(client, sql))).toBe(
          true,
        );
      });
    });

    describe('an account', () => {
      it('needs its password', async () => {
        for (const wrong of [
          { password: 'a' },
          { user: 'nobody' },
          { user: 'root', password: '' },
          { user: '' },
        ])
          await expect(db.connect(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ errno: 1045 });
      });

      it('of the web application sees no other database', async () => {
        expect(await failure(client, 'SELECT * FROM mysql.user')).toMatch(/^1142 /);
        const shown = (await rowsOf(client, 'SHOW DATABASES')) as { Database: string }[];
        expect(shown.map(({ Database }) => Database)).toEqual(['foobar', 'information_schema']);
      });

      it('of the tutor can do with the tables what it likes', async () => {
        const admin = await db.connect(db.at.accounts.admin);
        await admin.query('SET FOREIGN_KEY_CHECKS = 0');
        await admin.query('DROP TABLE guests');
        await admin.query('SET FOREIGN_KEY_CHECKS = 1');
      });
    });

    describe('a file of this machine', () => {
      const stolen = (): string => join(db.at.dir, 'stolen');
      const attacks = (file: string): string[] => [
        `SELECT 'x' INTO OUTFILE '${file}'`,
        `SELECT 'x' INTO DUMPFILE '${file}'`,
        `SELECT * FROM guests INTO OUTFILE '${file}'`,
        `LOAD DATA INFILE '${file}' INTO TABLE guests`,
        `LOAD DATA LOCAL INFILE '${file}' INTO TABLE guests`,
        `LOAD XML INFILE '${file}' INTO TABLE guests`,
        `CREATE TABLE outside (a INT) ENGINE=MERGE UNION=(mysql.user)`,
        `CREATE FUNCTION f RETURNS STRING SONAME 'x.so'`,
        `INSTALL PLUGIN x SONAME 'x.so'`,
        `INSTALL SONAME 'x.so'`,
        `SET GLOBAL general_log_file = '${file}'`,
        `SET GLOBAL slow_query_log_file = '${file}'`,
        `SET GLOBAL local_infile = 1`,
        `SET GLOBAL init_connect = 'SELECT 1'`,
        `CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'localhost')`,
        `CREATE USER x IDENTIFIED BY 'x'`,
        `GRANT FILE ON *.* TO web@'127.0.0.1'`,
        `SHUTDOWN`,
        `CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO SELECT 1`,
      ];

      it('is written by no statement, and named by none', async () => {
        for (const sql of [...attacks(stolen()), ...attacks(join(db.at.dir, 'exchange/stolen'))]) {
          const refused = await failure(client, sql);
          expect(typeof refused, sql).toBe('string');
          expect(refused, sql).toMatch(/^\d{4} \(/);
          expect(existsSync(stolen()), sql).toBe(false);
        }
        const exchange = join(db.at.dir, 'exchange');
        if (existsSync(exchange)) expect(readdirSync(exchange)).toEqual([]);
      });

      it('is not made by the options of a table', async () => {
        for (const options of [
          `DATA DIRECTORY='${stolen()}'`,
          `ENGINE=MyISAM DATA DIRECTORY='${stolen()}' INDEX DIRECTORY='${stolen()}'`,
        ]) {
          await failure(client, `CREATE TABLE outside (a INT) ${options}`);
          await client.query('DROP TABLE IF EXISTS outside');
          await failure(client, `SET SESSION sql_mode = ''; CREATE TABLE outside (a INT) ${options}`);
          expect(existsSync(stolen()), options).toBe(false);
          await client.query('SET SESSION sql_mode = DEFAULT; DROP TABLE IF EXISTS outside').catch(() => {});
          await client.query('DROP TABLE IF EXISTS outside');
        }
      });

      it('is read by no function', async () => {
        const secrets = ['secret', 'exchange/secret'].map(path => join(db.at.dir, path));
        for (const secret of secrets) {
          if (!existsSync(join(secret, '..'))) continue;
          await writeFile(secret, 'secret');
          const read = await failure(client, `SELECT LOAD_FILE('${secret}') AS content`);
          // MySQL says nothing else to those who may not; the embedded engine tells why.
          if (typeof read === 'string') expect(read).toMatch(/^\d{4} \(/);
          else expect(read).toEqual([{ content: null }]);
        }
      });
    });

    describe('the evidence', () => {
      const id = 'a'.repeat(32);
      const other = 'b'.repeat(32);
      const whole = async (request: string, count: number) => {
        let hop: Awaited<ReturnType<NonNullable<typeof evidence>['find']>>;
        await until(async () => {
          hop = await evidence?.find(request);
          return hop?.part === 'db' && hop.queries.length >= count;
        });
        return hop?.part === 'db' ? hop : undefined;
      };
      let evidence: ReturnType<NonNullable<typeof engine.evidence>> | undefined;
      beforeEach(() => {
        evidence = engine.evidence?.(db.at);
      });

      it('tells the statements of a request apart from those of others, with their errors', async () => {
        await client.query(`SELECT name FROM guests /* request=${id} */`);
        await client.query(`SELECT 1 /* request=${other} */`);
        await client.query('SELECT 2');
        await client.query("SELECT '/* request=cccccccccccccccccccccccccccccccc */'");
        await client.query(`UPDATE guests\nSET visits = 7 /* request=${id} */`);
        await client.query(`SELECT * FROM nope /* request=${id} */`).catch(() => {});
        const hop = await whole(id, 3);
        expect(hop).toMatchObject({
          part: 'db',
          server: 'server-1',
          queries: [
            { statement: 'SELECT name FROM guests', rows: 2 },
            { statement: 'UPDATE guests\nSET visits = 7', rows: 2 },
            {
              statement: 'SELECT * FROM nope',
              rows: 0,
              error: expect.stringMatching(/^ERROR 1146\b.*foobar\.nope/),
            },
          ],
        });
        const durations = hop?.queries.map(({ durationMs }) => durationMs) ?? [];
        expect(durations.every(ms => ms > 0)).toBe(true);
        expect(hop?.durationMs).toBeCloseTo(
          durations.reduce((a, b) => a + b, 0),
          6,
        );
        expect(await evidence?.find('c'.repeat(32))).toBeUndefined();
      });

      it('goes on after the logs were emptied', async () => {
        const [first, second] = ['d'.repeat(32), 'e'.repeat(32)] as const;
        const [readable = ''] = engine.logs(db.at);
        const logged = (text: string): Promise<void> =>
          until(async () => (await readFile(readable, 'utf8')).includes(text));
        await client.query(`SELECT 'before' /* request=${first} */`);
        await whole(first, 1);
        await logged("SELECT 'before'");
        const logs = readdirSync(db.at.dir).filter(name => name.endsWith('.log'));
        for (const name of logs) await truncate(join(db.at.dir, name));
        expect(await evidence?.find(second)).toBeUndefined();
        await client.query(`SELECT 'after' /* request=${second} */`);
        expect(await whole(second, 1)).toMatchObject({ queries: [{ statement: "SELECT 'after'" }] });
        await logged("SELECT 'after'");
        // Appended, not written behind a hole where the old end was.
        expect(await readFile(readable, 'utf8')).not.toMatch(/\0|before/);
      });
    });

    describe.skipIf(!hasClient)('the mariadb client (skipped: mariadb is not installed)', () => {
      const mariadb = async (sql: string, ...args: string[]): Promise<string> => {
        const { host, port } = db.at.listen;
        const { user, password } = db.at.accounts.web;
        const address = ['--no-defaults', `-h${host}`, `-P${port}`, `-u${user}`, `-p${password}`];
        return (await run('mariadb', [...address, ...args, '-e', sql, 'foobar'])).stdout;
      };

      it('works as it always does', async () => {
        expect(await mariadb("SELECT id, name FROM guests WHERE name = 'Mia'", '-t')).toBe(
          ['+----+------+', '| id | name |', '+----+------+', '|  1 | Mia  |', '+----+------+', ''].join(
            '\n',
          ),
        );
        expect(await mariadb('SHOW DATABASES')).toBe('Database\nfoobar\ninformation_schema\n');
        expect(await mariadb("UPDATE guests SET name = 'Eva' WHERE id = 1", '-vvv')).toContain(
          'Rows matched: 1  Changed: 1  Warnings: 0',
        );
        await expect(mariadb('SELECT * FROM nope')).rejects.toMatchObject({
          stderr: expect.stringContaining("ERROR 1146 (42S02) at line 1: Table 'foobar.nope' doesn't exist"),
        });
        expect(await mariadb('\\s')).toMatch(/Current user:\s+web@127\.0\.0\.1/);
      });
    });
  });

  describe.skipIf(!present)('the process', () => {
    it('greets when the schema is there, and keeps its data when it is stopped and killed', async () => {
      await using db = await placeDb(engine);
      const count = async (): Promise<unknown> =>
        (await rowsOf(await db.connect(), 'SELECT COUNT(*) AS n FROM entries'))[0];
      expect(await engine.answers(db.at, AbortSignal.timeout(1000))).toBe(false);
      await db.start();
      expect(await count()).toEqual({ n: 4 });
      for (const [i, signal] of (['SIGTERM', 'SIGKILL'] as const).entries()) {
        await (await db.connect()).query("INSERT INTO entries (name, message) VALUES ('Ada', 'kept')");
        await db.stop(signal);
        expect(await engine.answers(db.at, AbortSignal.timeout(1000))).toBe(false);
        await db.start();
        expect(await count()).toEqual({ n: 5 + i });
      }
    });

    it('does not answer while it is paused', async () => {
      await using db = await placeDb(engine);
      const child = await db.start();
      child.kill('SIGSTOP');
      expect(await engine.answers(db.at, AbortSignal.timeout(300))).toBe(false);
      child.kill('SIGCONT');
      await until(() => engine.answers(db.at, AbortSignal.timeout(1000)));
    });

    it('that was killed before its first answer begins anew', async () => {
      await using db = await placeDb(engine);
      const { at } = db;
      const schema = join(at.siteDir, 'schema.sql');
      const text = await readFile(schema, 'utf8');
      await writeFile(schema, `${text}\nDO SLEEP(30);\n`);
      const starting = db.start().catch(() => {});
      const made = isMariadb(engine) ? 'data/foobar' : 'data.sqlite.new';
      await until(() => existsSync(join(at.dir, made)));
      expect(await engine.answers(at, AbortSignal.timeout(300))).toBe(false);
      await db.stop('SIGKILL');
      await starting;
      await writeFile(schema, text);
      await db.start();
      expect(await rowsOf(await db.connect(), 'SELECT COUNT(*) AS n FROM entries')).toEqual([{ n: 4 }]);
    });
  });
});
