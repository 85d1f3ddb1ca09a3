/** The same replication, by the same statements, with every engine that is present. */
import { rm } from 'node:fs/promises';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicationOf } from '../../../../../src/stack/replication.ts';
import { until } from '../../../../until.ts';
import { dbCases, isMariadb } from '../../../engine-cases.ts';
import { type Db, placeDb } from '../part.ts';
import { failure, rowsOf } from '../running.ts';

const pair = async (engine: Db['engine']) => {
  const primary = await placeDb(engine, 'db-1');
  const replica = await placeDb(engine, 'db-2', primary);
  return {
    primary,
    replica,
    [Symbol.asyncDispose]: async () => {
      await replica[Symbol.asyncDispose]();
      await primary[Symbol.asyncDispose]();
    },
  };
};

const messages = async (db: Db): Promise<string[]> => {
  const connection = await db.connect();
  const rows = await rowsOf(connection, 'SELECT message FROM entries WHERE id > 4 ORDER BY id');
  connection.destroy();
  return (rows as { message: string }[]).map(({ message }) => message);
};

const write = async (db: Db, ...texts: string[]): Promise<void> => {
  const connection = await db.connect();
  for (const text of texts)
    await connection.query("INSERT INTO entries (name, message) VALUES ('Ada', ?)", [text]);
  connection.destroy();
};

/** Until the replica has everything that the source has now. */
const caughtUp = async (source: Db, replica: Db): Promise<void> => {
  const position = await replicationOf(source.at).position();
  expect(await replicationOf(replica.at).waitFor(position, 30_000)).toBe(true);
};

const admin = (db: Db): Promise<Connection> => db.connect(db.at.accounts.admin);

describe.each(dbCases)('db replication: $name', ({ engine, present }) => {
  describe.skipIf(!present)('of a running pair', () => {
    let both: Awaited<ReturnType<typeof pair>>;
    let primary: Db;
    let replica: Db;
    let source: Connection;
    let copy: Connection;
    beforeAll(async () => {
      both = await pair(engine);
      ({ primary, replica } = both);
      await Promise.all([primary.start(), replica.start()]);
      source = await primary.connect({ multipleStatements: true });
      await caughtUp(primary, replica);
      copy = await replica.connect();
    });
    afterAll(() => both?.[Symbol.asyncDispose]());

    it('brings the schema, its rows and every new one', async () => {
      expect(await rowsOf(copy, 'SELECT COUNT(*) AS n FROM entries')).toEqual([{ n: 4 }]);
      await write(primary, 'hello');
      await caughtUp(primary, replica);
      expect(await messages(replica)).toContain('hello');
    });

    it('lets the accounts in, and refuses what they write', async () => {
      const refused = /^1290 \(HY000\) The \w+ server is running with the --read-only option/;
      for (const sql of ['DELETE FROM entries', 'CREATE TABLE t (a INT)', 'TRUNCATE TABLE users'])
        expect(await failure(copy, sql), sql).toMatch(refused);
      expect(await rowsOf(copy, 'SELECT @@read_only AS r, @@GLOBAL.read_only AS g')).toEqual([
        { r: 1, g: 1 },
      ]);
      expect(await rowsOf(source, 'SELECT @@read_only AS r')).toEqual([{ r: 0 }]);
    });

    it('repeats statements of every kind, and nothing of what was undone or failed', async () => {
      await source.query(`CREATE TABLE kinds (
        id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) UNIQUE, n INT NOT NULL DEFAULT 0,
        made DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
        changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)`);
      await source.query("INSERT INTO kinds (name) VALUES ('a'), ('b'), ('c')");
      await source.query("INSERT INTO kinds (name) VALUES ('a') ON DUPLICATE KEY UPDATE n = n + 5");
      await source.query("BEGIN; INSERT INTO kinds (name) VALUES ('lost'); ROLLBACK");
      await source.query(
        "BEGIN; INSERT INTO kinds (name) VALUES ('d'); SAVEPOINT s; INSERT INTO kinds (name) VALUES ('undone'); ROLLBACK TO s; UPDATE kinds SET n = n + 1; COMMIT",
      );
      expect(await failure(source, "INSERT INTO kinds (name) VALUES ('e'), ('a')")).toMatch(/^1062 /);
      await source.query("INSERT IGNORE INTO kinds (name) VALUES ('a'), ('f')");
      await source.execute('INSERT INTO kinds (name, n) VALUES (?, ?)', ["O'Neil \\ ? 日本 \u0000", 7]);
      await source.query("REPLACE INTO kinds (name, n) VALUES ('b', 9)");
      await source.query('DELETE FROM kinds WHERE name = "c"');
      await source.query('ALTER TABLE kinds ADD COLUMN note VARCHAR(10) NOT NULL DEFAULT "x" AFTER name');
      await source.query("UPDATE kinds SET note = 'y' WHERE n > 5 ORDER BY id LIMIT 1");
      await source.query('CREATE TABLE copies LIKE kinds');
      await source.query('INSERT INTO copies SELECT * FROM kinds');
      await source.query('CREATE TABLE gone (a INT); RENAME TABLE gone TO goner; DROP TABLE goner');
      await caughtUp(primary, replica);
      for (const table of ['kinds', 'copies']) {
        const sql = `SELECT * FROM ${table} ORDER BY id`;
        const rows = await rowsOf(source, sql);
        expect(rows.length).toBeGreaterThan(4);
        expect(await rowsOf(copy, sql)).toEqual(rows);
      }
      expect(await failure(copy, 'SELECT * FROM goner')).toMatch(/^1146 /);
      const made = async (connection: Connection) =>
        (await rowsOf(connection, 'SHOW CREATE TABLE kinds')) as unknown[];
      expect(await made(copy)).toEqual(await made(source));
    });

    it('gives functions without a fixed value the same one on both', async () => {
      await source.query(
        'CREATE TABLE drawn (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a VARCHAR(60), b VARCHAR(60), c VARCHAR(60), d VARCHAR(60), e VARCHAR(60), f DATETIME DEFAULT NOW())',
      );
      await source.query("SET @mine = 'own'");
      await source.query("INSERT INTO entries (name, message) VALUES ('Ada', 'for its number')");
      await source.query(
        'INSERT INTO drawn (a, b, c, d, e) VALUES (UUID(), RAND(), NOW(6), @mine, CONCAT(LAST_INSERT_ID(), USER(), CONNECTION_ID())), (UUID(), RAND(), CURDATE(), @@port, UNIX_TIMESTAMP())',
      );
      await source.query('UPDATE drawn SET b = CONCAT(RAND(), UUID()), d = LAST_INSERT_ID()');
      await source.query("PREPARE p FROM 'INSERT INTO drawn (a, b) VALUES (?, UUID())'");
      await source.query("SET @x = 'by words'; EXECUTE p USING @x");
      await caughtUp(primary, replica);
      const rows = await rowsOf(source, 'SELECT * FROM drawn ORDER BY id');
      expect(rows).toHaveLength(3);
      expect(await rowsOf(copy, 'SELECT * FROM drawn ORDER BY id')).toEqual(rows);
    });

    it('follows several writers at once', async () => {
      await source.query('CREATE TABLE busy (id INT AUTO_INCREMENT PRIMARY KEY, who INT, n INT)');
      await Promise.all(
        [1, 2, 3, 4].map(async who => {
          const writer = await primary.connect();
          for (let n = 0; n < 20; n++) {
            if (n % 4 === 0) await writer.beginTransaction();
            await writer.query('INSERT INTO busy (who, n) VALUES (?, ?)', [who, n]);
            if (n % 4 === 3) await (n % 8 === 3 ? writer.rollback() : writer.commit());
          }
          writer.destroy();
        }),
      );
      await caughtUp(primary, replica);
      const rows = await rowsOf(source, 'SELECT * FROM busy ORDER BY id');
      expect(rows).toHaveLength(32);
      expect(await rowsOf(copy, 'SELECT * FROM busy ORDER BY id')).toEqual(rows);
    });

    it('repeats what spares the foreign keys, and what they carry along', async () => {
      await source.query('CREATE TABLE parents (id INT PRIMARY KEY)');
      await source.query(
        'CREATE TABLE children (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE)',
      );
      await source.query('INSERT INTO parents VALUES (1), (2); INSERT INTO children VALUES (1, 1), (2, 2)');
      await source.query('DELETE FROM parents WHERE id = 1');
      await source.query(
        'SET FOREIGN_KEY_CHECKS = 0; INSERT INTO children VALUES (9, 9); SET FOREIGN_KEY_CHECKS = 1',
      );
      await caughtUp(primary, replica);
      expect(await rowsOf(copy, 'SELECT * FROM children ORDER BY id')).toEqual([
        { id: 2, parent: 2 },
        { id: 9, parent: 9 },
      ]);
    });

    it('is shown to the administrator, and to nobody else', async () => {
      const [web, boss] = [copy, await admin(replica)];
      const [status] = (await rowsOf(boss, 'SHOW REPLICA STATUS')) as Record<string, unknown>[];
      const position = await replicationOf(primary.at).position();
      expect(position).toMatch(/^0-\d+-\d+$/);
      expect(status).toMatchObject({
        Slave_IO_State: 'Waiting for master to send event',
        Master_Host: '127.0.0.1',
        Master_User: 'replication',
        Master_Port: primary.at.listen.port,
        Slave_IO_Running: 'Yes',
        Slave_SQL_Running: 'Yes',
        Seconds_Behind_Master: 0,
        Last_SQL_Errno: 0,
        Last_SQL_Error: '',
        SQL_Delay: 0,
        SQL_Remaining_Delay: null,
        Using_Gtid: 'Slave_Pos',
        Gtid_IO_Pos: position,
        Slave_SQL_Running_State: 'Slave has read all relay log; waiting for more updates',
      });
      expect(Object.keys((await rowsOf(boss, 'SHOW SLAVE STATUS'))[0] as object)).toEqual(
        Object.keys(status ?? {}),
      );
      const positions =
        'SELECT @@gtid_current_pos AS c, @@GLOBAL.gtid_slave_pos AS s, @@gtid_binlog_pos AS b';
      expect(await rowsOf(web, positions)).toEqual([{ c: position, s: position, b: position }]);
      expect(await rowsOf(await admin(primary), 'SHOW REPLICA STATUS')).toEqual([]);
      const [shown] = await rowsOf(await admin(primary), 'SHOW MASTER STATUS');
      expect(shown).toMatchObject({ File: 'binlog.000001' });
      const events = (await rowsOf(await admin(primary), 'SHOW BINLOG EVENTS')) as { Info: string }[];
      expect(events.some(({ Info }) => /use `foobar`; DELETE FROM parents WHERE id = 1/.test(Info))).toBe(
        true,
      );
      for (const sql of [
        'SHOW REPLICA STATUS',
        'SHOW SLAVE STATUS',
        'SHOW MASTER STATUS',
        'SHOW BINLOG EVENTS',
        'STOP REPLICA',
        'START SLAVE',
        'RESET REPLICA ALL',
        "CHANGE MASTER TO MASTER_HOST = '127.0.0.1'",
        "CHANGE MASTER TO MASTER_HOST = '8.8.8.8'",
        'SET GLOBAL read_only = 0',
        'SET SESSION sql_log_bin = 0',
      ])
        expect(await failure(web, sql), sql).toMatch(/^1227 \(42000\) Access denied; you need /);
      expect(await failure(boss, 'RESET SLAVE')).toMatch(/^1198 /);
      expect(await failure(boss, 'CHANGE MASTER TO MASTER_DELAY = 1')).toMatch(/^1198 /);
      expect(await failure(await admin(primary), 'START REPLICA')).toMatch(/^1200 /);
      expect(await failure(web, 'SET read_only = 0')).toMatch(/^1229 /);
    });

    it('has an account that reads the log, and no table', async () => {
      const reader = await primary.connect({ ...primary.at.accounts.replication, database: '' });
      expect(await failure(reader, 'SELECT * FROM foobar.entries')).toMatch(/^(1142|1227) \(42000\)/);
    });

    it('stands still and goes on when it is told to', async () => {
      const boss = await admin(replica);
      await boss.query('STOP REPLICA');
      const stopped = await replicationOf(replica.at).status();
      expect(stopped).toMatchObject({ replica: true, readOnly: true, running: false, error: undefined });
      expect(stopped.behindSeconds).toBeUndefined();
      await write(primary, 'while it stood still');
      expect(await messages(replica)).not.toContain('while it stood still');
      await boss.query('START REPLICA');
      await caughtUp(primary, replica);
      expect(await messages(replica)).toContain('while it stood still');
      expect(await replicationOf(replica.at).status()).toMatchObject({ running: true, behindSeconds: 0 });
    });

    it('repeats later when it is told so', async () => {
      const asked = isMariadb(engine) ? 3000 : 1500;
      const held = await replicationOf(replica.at).delay(asked - 200);
      expect(held).toBe(isMariadb(engine) ? 3000 : 1300);
      const began = Date.now();
      await write(primary, 'later');
      await until(async () => (await replicationOf(replica.at).status()).running);
      await until(async () => {
        const [row] = (await rowsOf(await admin(replica), 'SHOW REPLICA STATUS')) as Record<string, string>[];
        return /^Waiting until MASTER_DELAY/.test(row?.Slave_SQL_Running_State ?? '');
      });
      expect(await messages(replica)).not.toContain('later');
      expect((await replicationOf(replica.at).status()).delayMs).toBe(held);
      await caughtUp(primary, replica);
      // MariaDB's times are whole seconds.
      expect(Date.now() - began).toBeGreaterThanOrEqual(held - 1000);
      expect(await messages(replica)).toContain('later');
      expect(await replicationOf(replica.at).delay(0)).toBe(0);
      await until(async () => (await replicationOf(replica.at).status()).running);
    });

    it('stops at what it cannot repeat, and tries again when it is told to', async () => {
      const boss = await admin(replica);
      await boss.query('SET SESSION sql_log_bin = 0');
      const [last] = (await rowsOf(source, 'SELECT MAX(id) AS id FROM entries')) as { id: number }[];
      const id = (last?.id ?? 0) + 1;
      await boss.query('INSERT INTO entries (id, name, message) VALUES (?, "Eva", "only here")', [id]);
      await source.query('INSERT INTO entries (id, name, message) VALUES (?, "Ada", "everywhere")', [id]);
      await until(async () => (await replicationOf(replica.at).status()).error !== undefined);
      const status = await replicationOf(replica.at).status();
      expect(status.running).toBe(false);
      expect(status.error).toMatch(
        /^ERROR 1062: Error 'Duplicate entry '\d+' for key '.*PRIMARY'' on query\./,
      );
      await replicationOf(replica.at).resume();
      await until(async () => (await replicationOf(replica.at).status()).error !== undefined);
      await boss.query('DELETE FROM entries WHERE id = ?', [id]);
      await replicationOf(replica.at).resume();
      await caughtUp(primary, replica);
      expect(await messages(replica)).toContain('everywhere');
      expect(await replicationOf(replica.at).status()).toMatchObject({ running: true, error: undefined });
    });

    it('takes no more writes once it is frozen, not even those that had begun', async () => {
      const begun = await primary.connect();
      await begun.query('BEGIN');
      await begun.query("INSERT INTO entries (name, message) VALUES ('Ada', 'too late')");
      await replicationOf(primary.at).freeze();
      expect(await failure(begun, 'COMMIT')).toMatch(/^1290 /);
      expect(await failure(source, 'DELETE FROM entries')).toMatch(/^1290 /);
      await replicationOf(primary.at).resume();
      await write(primary, 'again');
      expect(await messages(primary)).not.toContain('too late');
      await caughtUp(primary, replica);
      expect(await messages(replica)).toEqual(await messages(primary));
    });
  });

  describe.skipIf(!present)('that is disturbed', () => {
    it('begins with the schema on a server without an application', async () => {
      await using db = await placeDb(engine, 'db-1');
      await rm(db.at.siteDir, { recursive: true });
      await db.start();
      expect(await rowsOf(await db.connect(), 'SELECT COUNT(*) AS n FROM entries')).toEqual([{ n: 4 }]);
    });

    it('begins when the source comes, and outlives stops and kills of both', async () => {
      await using both = await pair(engine);
      const { primary, replica } = both;
      await replica.start();
      expect(await replicationOf(replica.at).status()).toMatchObject({ replica: true, running: false });
      await primary.start();
      await caughtUp(primary, replica);
      for (const [index, signal] of (['SIGTERM', 'SIGKILL'] as const).entries()) {
        await write(primary, `before ${index}`);
        await primary.stop(signal);
        await primary.start();
        await write(primary, `source ${index}`);
        await caughtUp(primary, replica);
        await replica.stop(signal);
        await write(primary, `meanwhile ${index}`);
        await replica.start();
        await caughtUp(primary, replica);
      }
      expect(await messages(replica)).toEqual(await messages(primary));
      expect(await messages(replica)).toHaveLength(6);
      expect(await failure(await replica.connect(), 'DELETE FROM entries')).toMatch(/^1290 /);
    });

    it('loses what the replica had not repeated when the primary was killed, and goes on from there', async () => {
      await using both = await pair(engine);
      const { primary, replica } = both;
      await Promise.all([primary.start(), replica.start()]);
      await write(primary, 'one', 'two');
      await caughtUp(primary, replica);
      await replicationOf(replica.at).delay(60_000);
      await write(primary, 'three', 'four', 'five');
      await primary.stop('SIGKILL');
      await replicationOf(replica.at).promote();
      expect(await messages(replica)).toEqual(['one', 'two']);
      replica.source = undefined;
      expect(await replicationOf(replica.at).status()).toMatchObject({ replica: false, readOnly: false });
      await write(replica, 'six');

      // The old primary comes back as a replica of the new one, with nothing of its own.
      primary.source = replica;
      await primary.start();
      await caughtUp(replica, primary);
      expect(await messages(primary)).toEqual(['one', 'two', 'six']);
      expect(await failure(await primary.connect(), 'DELETE FROM entries')).toMatch(/^1290 /);

      // And the other way round, again without losing anything.
      await replicationOf(replica.at).freeze();
      await caughtUp(replica, primary);
      await replicationOf(primary.at).promote();
      primary.source = undefined;
      await write(primary, 'seven');
      await replica.stop();
      replica.source = primary;
      await replica.start();
      await caughtUp(primary, replica);
      expect(await messages(replica)).toEqual(['one', 'two', 'six', 'seven']);
      await primary.stop('SIGKILL');
      await primary.start();
      await write(primary, 'eight');
      await caughtUp(primary, replica);
      expect(await messages(replica)).toEqual(['one', 'two', 'six', 'seven', 'eight']);
    });

    it('is refused when the replica has what the source never had', async () => {
      await using both = await pair(engine);
      const { primary, replica } = both;
      await Promise.all([primary.start(), replica.start()]);
      await caughtUp(primary, replica);
      const boss = await admin(replica);
      await boss.query("INSERT INTO entries (name, message) VALUES ('Eva', 'only here')");
      await write(primary, 'everywhere');
      await until(async () => (await replicationOf(replica.at).status()).error !== undefined);
      expect((await replicationOf(replica.at).status()).error).toMatch(/^ERROR (1950|1062): /);
    });
  });
});
