import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admin, failure, rowsOf, startServer, type TestServer } from './running.ts';

let server: TestServer;
let a: Connection;
let b: Connection;
beforeAll(async () => {
  server = await startServer();
  a = await server.connect();
  b = await server.connect();
  await a.query('CREATE TABLE accounts (id INT PRIMARY KEY, amount INT NOT NULL)');
});
beforeEach(async () => {
  for (const connection of [a, b]) {
    await connection.query('UNLOCK TABLES');
    await connection.query('ROLLBACK');
    await connection.query('SET autocommit = 1, innodb_lock_wait_timeout = 50, lock_wait_timeout = 50');
  }
  await a.query('DELETE FROM accounts');
  await a.query('INSERT INTO accounts VALUES (1, 100), (2, 200)');
});
afterAll(() => server.stop());

const amount = async (connection: Connection, id = 1): Promise<number | undefined> =>
  (
    (await rowsOf(connection, `SELECT amount FROM accounts WHERE id = ${id}`))[0] as
      | { amount: number }
      | undefined
  )?.amount;

const isOpen = async (connection: Connection): Promise<boolean> => {
  const [result] = await connection.query('SET @a = 1');
  return ((result as unknown as { serverStatus: number }).serverStatus & 1) === 1;
};

/** Resolves as soon as the server has a statement of this connection that has not ended. */
const isWaiting = (text: string) =>
  expect
    .poll(() => [...server.server.processes.values()].some(process => process.describe().info === text))
    .toBe(true);

describe('a transaction', () => {
  it('is seen by others when it is committed, not before', async () => {
    await a.beginTransaction();
    await a.query('UPDATE accounts SET amount = 1 WHERE id = 1');
    expect(await amount(a)).toBe(1);
    expect(await amount(b)).toBe(100);
    await a.commit();
    expect(await amount(b)).toBe(1);
  });

  it('that is rolled back has never been', async () => {
    await a.query('START TRANSACTION');
    await a.query('DELETE FROM accounts');
    await a.query('INSERT INTO accounts VALUES (3, 3)');
    await a.query('ROLLBACK');
    expect(await rowsOf(a, 'SELECT id FROM accounts ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('that is left behind by a closed connection is rolled back', async () => {
    const lost = await server.connect();
    await lost.query('BEGIN');
    await lost.query('UPDATE accounts SET amount = 0');
    lost.destroy();
    await a.query('UPDATE accounts SET amount = amount + 1 WHERE id = 1');
    expect(await amount(b)).toBe(101);
  });

  it('reads what it has read before', async () => {
    await a.query('BEGIN');
    expect(await amount(a)).toBe(100);
    await b.query('UPDATE accounts SET amount = 5 WHERE id = 1');
    expect(await amount(a)).toBe(100);
    await a.query('COMMIT');
    expect(await amount(a)).toBe(5);
  });

  it('that has only read may write, although others have written since', async () => {
    await a.query('BEGIN');
    await amount(a);
    await b.query('UPDATE accounts SET amount = 5 WHERE id = 1');
    await a.query('UPDATE accounts SET amount = amount + 1 WHERE id = 1');
    await a.query('COMMIT');
    expect(await amount(b)).toBe(6);
  });

  it('that has read gets the newest rows, and the lock, by FOR UPDATE', async () => {
    await a.query('BEGIN');
    expect(await amount(a)).toBe(100);
    await b.query('UPDATE accounts SET amount = 5 WHERE id = 1');
    expect(await rowsOf(a, 'SELECT amount FROM accounts WHERE id = 1 FOR UPDATE')).toEqual([{ amount: 5 }]);
    await b.query('SET innodb_lock_wait_timeout = 0');
    expect(await failure(b, 'UPDATE accounts SET amount = 6')).toMatch(/^1205 /);
  });

  it('has savepoints', async () => {
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = 1 WHERE id = 1');
    await a.query('SAVEPOINT here');
    await a.query('UPDATE accounts SET amount = 2 WHERE id = 1');
    await a.query('ROLLBACK TO SAVEPOINT here');
    expect(await failure(a, 'ROLLBACK TO nowhere')).toBe('1305 (42000) SAVEPOINT nowhere does not exist');
    await a.query('RELEASE SAVEPOINT here');
    await a.query('COMMIT');
    expect(await amount(b)).toBe(1);
  });

  it('goes on after a statement that failed', async () => {
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = 7 WHERE id = 1');
    expect(await failure(a, 'INSERT INTO accounts VALUES (1, 1)')).toMatch(/^1062 /);
    expect(await isOpen(a)).toBe(true);
    await a.query('COMMIT');
    expect(await amount(b)).toBe(7);
  });

  it('begins by itself when autocommit is off', async () => {
    await a.query('SET autocommit = 0');
    await a.query('UPDATE accounts SET amount = 3 WHERE id = 1');
    expect(await isOpen(a)).toBe(true);
    expect(await amount(b)).toBe(100);
    await a.query('ROLLBACK');
    expect(await amount(a)).toBe(100);
    await a.query('UPDATE accounts SET amount = 4 WHERE id = 1');
    await a.query('SET autocommit = 1');
    expect(await amount(b)).toBe(4);
    expect(await isOpen(a)).toBe(false);
  });

  it('is committed by a change of the schema, and by the next BEGIN', async () => {
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = 8 WHERE id = 1');
    await a.query('CREATE TABLE IF NOT EXISTS other (a INT)');
    expect(await isOpen(a)).toBe(false);
    await a.query('ROLLBACK');
    expect(await amount(b)).toBe(8);
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = 9 WHERE id = 1');
    await a.query('BEGIN');
    await a.query('ROLLBACK');
    expect(await amount(b)).toBe(9);
  });
});

describe('a lock', () => {
  it('is waited for, while the others go on', async () => {
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = amount + 1 WHERE id = 1');
    const statement = 'UPDATE accounts SET amount = amount * 2 WHERE id = 1';
    let done = false;
    const waiting = b.query(statement).then(() => {
      done = true;
    });
    await isWaiting(statement);
    for (let i = 0; i < 10; i++) expect(await amount(a)).toBe(101);
    expect(done).toBe(false);
    await a.query('COMMIT');
    await waiting;
    expect(await amount(a)).toBe(202);
  });

  it('is given up with error 1205, and what was done before stays', async () => {
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = 1 WHERE id = 1');
    await b.query('SET innodb_lock_wait_timeout = 0');
    expect(await failure(b, 'UPDATE accounts SET amount = 2 WHERE id = 2')).toBe(
      '1205 (HY000) Lock wait timeout exceeded; try restarting transaction',
    );
    await a.query('COMMIT');
    expect(await amount(b)).toBe(1);
  });

  it('can be taken by reading FOR UPDATE, so that no change is lost', async () => {
    const add = async (connection: Connection) => {
      for (let i = 0; i < 10; i++) {
        await connection.query('BEGIN');
        const [rows] = await connection.query('SELECT amount FROM accounts WHERE id = 1 FOR UPDATE');
        const next = (rows as { amount: number }[])[0]?.amount ?? 0;
        await connection.execute('UPDATE accounts SET amount = ? WHERE id = 1', [next + 1]);
        await connection.query('COMMIT');
      }
    };
    const others = await Promise.all([server.connect(), server.connect()]);
    await Promise.all([a, b, ...others].map(add));
    expect(await amount(a)).toBe(140);
  });

  it('is waited for by a change of the schema too', async () => {
    await a.query('BEGIN');
    await a.query('UPDATE accounts SET amount = 1 WHERE id = 1');
    const statement = 'ALTER TABLE accounts ADD COLUMN extra INT';
    await b.query('SET lock_wait_timeout = 0');
    expect(await failure(b, statement)).toMatch(/^1205 /);
    await b.query('SET lock_wait_timeout = 50');
    const waiting = b.query(statement);
    await isWaiting(statement);
    await a.query('COMMIT');
    await waiting;
    expect(await rowsOf(a, 'SELECT extra FROM accounts WHERE id = 1')).toEqual([{ extra: null }]);
    await a.query('ALTER TABLE accounts DROP COLUMN extra');
  });

  it('is released when its holder is gone, and a waiting client that left is forgotten', async () => {
    const holder = await server.connect();
    await holder.query('BEGIN');
    await holder.query('UPDATE accounts SET amount = 0');
    const impatient = await server.connect();
    const statement = 'UPDATE accounts SET amount = 55 WHERE id = 2';
    impatient.query(statement).catch(() => {});
    await isWaiting(statement);
    const before = server.server.processes.size;
    impatient.destroy();
    await expect.poll(() => server.server.processes.size).toBe(before - 1);
    const waiting = b.query('UPDATE accounts SET amount = amount + 1 WHERE id = 1');
    holder.destroy();
    await waiting;
    expect(await amount(a)).toBe(101);
    expect(await amount(a, 2)).toBe(200);
  });
});

describe('LOCK TABLES', () => {
  const isLockedOut = async (connection: Connection, statement: string): Promise<void> => {
    await connection.query('SET lock_wait_timeout = 0, innodb_lock_wait_timeout = 0');
    expect(await failure(connection, statement)).toMatch(/^1205 /);
    await connection.query('SET lock_wait_timeout = 50, innodb_lock_wait_timeout = 50');
  };

  it('for reading keeps writers out, and no readers', async () => {
    await a.query('LOCK TABLES accounts READ LOCAL');
    expect(await amount(b)).toBe(100);
    await isLockedOut(b, 'UPDATE accounts SET amount = 1');
    await isLockedOut(b, 'DROP TABLE accounts');
    await b.query('LOCK TABLES accounts READ');
    await a.query('UNLOCK TABLES');
    await isLockedOut(a, 'UPDATE accounts SET amount = 1');
  });

  it('for writing keeps everybody out', async () => {
    await a.query('LOCK TABLES accounts AS x WRITE, accounts READ');
    await isLockedOut(b, 'SELECT * FROM accounts');
    await isLockedOut(b, 'LOCK TABLES accounts READ');
    const statement = 'SELECT amount FROM accounts WHERE id = 1';
    const waiting = rowsOf(b, statement);
    await isWaiting(statement);
    await a.query('UPDATE accounts SET amount = 9');
    await a.query('UNLOCK TABLES');
    expect(await waiting).toEqual([{ amount: 9 }]);
  });

  it('waits until nobody writes', async () => {
    await b.query('BEGIN');
    await b.query('UPDATE accounts SET amount = 4');
    await isLockedOut(a, 'LOCK TABLES accounts READ');
    const waiting = a.query('LOCK TABLES accounts READ');
    await b.query('COMMIT');
    await waiting;
    expect(await amount(a)).toBe(4);
  });

  it('leaves its holder those tables alone', async () => {
    await a.query('CREATE TABLE IF NOT EXISTS other (a INT)');
    await a.query('LOCK TABLES accounts READ');
    expect(await failure(a, 'UPDATE accounts SET amount = 1')).toBe(
      "1099 (HY000) Table 'accounts' was locked with a READ lock and can't be updated",
    );
    const notLocked = "1100 (HY000) Table 'other' was not locked with LOCK TABLES";
    expect(await failure(a, 'SELECT * FROM accounts, other')).toBe(notLocked);
    expect(await failure(a, 'DROP TABLE other')).toBe(notLocked);
  });

  it('commits each statement, unless autocommit is off', async () => {
    await a.query('LOCK TABLES accounts WRITE');
    await a.query('UPDATE accounts SET amount = 5');
    await a.query('ROLLBACK');
    expect(await amount(a)).toBe(5);
    await a.query('SET autocommit = 0');
    await a.query('UPDATE accounts SET amount = 6');
    await a.query('ROLLBACK');
    expect(await amount(a)).toBe(5);
    await isLockedOut(b, 'SELECT * FROM accounts');
  });

  it('ends with the next LOCK TABLES, and with BEGIN', async () => {
    await a.query('LOCK TABLES accounts WRITE');
    await a.query('LOCK TABLES accounts READ');
    expect(await amount(b)).toBe(100);
    await a.query('BEGIN');
    await b.query('UPDATE accounts SET amount = 1');
  });

  it('loses nothing when its client leaves', async () => {
    const writer = await server.connect();
    await writer.query('LOCK TABLES accounts WRITE');
    await writer.query('UPDATE accounts SET amount = 7');
    await writer.end();
    await expect.poll(() => amount(b)).toBe(7);
  });

  it('wants tables that exist', async () => {
    expect(await failure(a, 'LOCK TABLES nope READ')).toMatch(/^1146 /);
  });
});

describe('KILL', () => {
  const idOf = async (connection: Connection) =>
    Number(((await rowsOf(connection, 'SELECT CONNECTION_ID() AS id')) as { id: number }[])[0]?.id);

  it("ends a connection of one's own, and what it had begun", async () => {
    const other = await server.connect();
    await other.query('BEGIN');
    await other.query('UPDATE accounts SET amount = 0');
    await a.query(`KILL ${await idOf(other)}`);
    await expect(other.query('SELECT 1')).rejects.toThrow();
    await b.query('UPDATE accounts SET amount = amount + 1');
    expect(await amount(a)).toBe(101);
  });

  it('refuses what is not there, and the connections of others', async () => {
    expect(await failure(a, 'KILL 999999')).toBe('1094 (HY000) Unknown thread id: 999999');
    const root = await server.connect(admin);
    const id = await idOf(root);
    expect(await failure(a, `KILL CONNECTION ${id}`)).toBe(`1095 (HY000) You are not owner of thread ${id}`);
    const guest = await server.connect();
    await root.query(`KILL ${await idOf(guest)}`);
    await expect(guest.query('SELECT 1')).rejects.toThrow();
  });
});

describe('many connections at once', () => {
  it('lose no change', async () => {
    const connections = await Promise.all(Array.from({ length: 12 }, () => server.connect()));
    await Promise.all(
      connections.map(async connection => {
        for (let i = 0; i < 15; i++)
          await connection.execute('UPDATE accounts SET amount = amount + ? WHERE id = 1', [1]);
      }),
    );
    expect(await amount(a)).toBe(100 + 12 * 15);
  });
});
