import { createConnection as connectTcp, type Socket } from 'node:net';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PacketWriter } from '../../../../src/stack/parts/db/packets.ts';
import { command } from '../../../../src/stack/parts/db/protocol.ts';
import { failure, rowsOf, startServer, type TestServer } from './running.ts';

let server: TestServer;
let client: Connection;
beforeAll(async () => {
  server = await startServer({ maxConnections: 8 });
  client = await server.connect();
  await client.query('CREATE TABLE many (id INT PRIMARY KEY, name VARCHAR(40))');
  await client.query('INSERT INTO many VALUES ?', [Array.from({ length: 1000 }, (_, i) => [i, `name ${i}`])]);
});
afterAll(() => server.stop());

const times = (n: number, text: string) => Array(n).fill(text).join('');

describe('a statement that asks for too much', () => {
  const list = (n: number, item: string) => Array(n).fill(item).join(', ');
  it.each([
    ['columns that are long', 1041, () => `SELECT ${list(100, "REPEAT('a', 16000000)")}`],
    ['rows that are long', 1235, () => "SELECT REPEAT('a', 1000000) FROM many"],
    ['an argument made of others', 1041, () => `SELECT JSON_ARRAY(${list(50, "REPEAT('a', 16000000)")})`],
    ['a product of tables', 1104, () => 'SELECT COUNT(*) FROM many a, many b, many c'],
    ['a product of tables, joined', 1104, () => 'SELECT 1 FROM many a JOIN many b JOIN many c ON 1 = 1'],
    ['a product in a subquery', 1104, () => 'SELECT (SELECT COUNT(*) FROM many a, many b, many c)'],
    [
      'a product row by row',
      1104,
      () => 'SELECT (SELECT COUNT(*) FROM many a, many b WHERE a.id <> m.id) FROM many m',
    ],
    ['a product to write', 1104, () => 'INSERT INTO many SELECT a.id, a.name FROM many a, many b, many c'],
    [
      'a product of nothing',
      1104,
      () =>
        `SELECT COUNT(*) FROM ${Array.from({ length: 30 }, (_, i) => `(SELECT 1 UNION ALL SELECT 2) t${i}`)}`,
    ],
    ['a pattern that never ends', 3699, () => `SELECT '${times(40, 'a')}!' REGEXP '^(a+)+$'`],
    ['a pattern that hides it', 3699, () => `SELECT '${times(40, 'a')}!' REGEXP '^(?:a\\\\\\\\*|a|a)+$'`],
    ['deep parentheses', 1235, () => `SELECT ${times(100_000, '(')}1${times(100_000, ')')}`],
    ['deep CASE', 1235, () => `SELECT ${times(5000, 'CASE WHEN 1 THEN ')}1${times(5000, ' END')}`],
    ['a long sum', 1235, () => `SELECT ${times(100_000, '1+')}1`],
    ['a long UNION', 1235, () => `SELECT 1${times(1000, ' UNION SELECT 1')}`],
    ['many columns', 1117, () => `SELECT ${list(3000, '1')}`],
    ['a number that is none', 1690, () => 'SELECT HEX(1e999)'],
    ['no arguments', 1582, () => 'SELECT GREATEST()'],
  ])('%s: is refused with error %i', async (_, code, sql) => {
    expect(await failure(client, sql())).toMatch(new RegExp(`^${code} `));
  });

  it.each([
    ['many semicolons', () => `SELECT 1 AS n${times(200_000, ';')}`, [{ n: 1 }]],
    [
      'a bomb of replacements',
      () => "SELECT REPLACE(REPEAT('a', 10000000), 'a', REPEAT('b', 90)) AS n",
      [{ n: null }],
    ],
    ['a pattern of LIKE', () => `SELECT REPEAT('a', 10000) LIKE '${times(100, '%a')}b' AS n`, [{ n: 0 }]],
    ['a name that is like nothing', () => `SHOW TABLES LIKE '${times(30, '%_')}b'`, []],
    [
      'a harmless pattern',
      () => "SELECT 'ada@example.org' REGEXP '^[a-z]+@[a-z]+[.][a-z]+$' AS n",
      [{ n: 1 }],
    ],
  ])('%s: is answered', async (_, sql, rows) => {
    expect(await failure(client, sql())).toEqual(rows);
  });

  it('is not even read when it has too many words', async () => {
    const refused = '1064 (42000) memory exhausted near the end of the statement';
    expect(await failure(client, `SELECT ${times(5_000_000, '(')}`)).toBe(refused);
  });

  it('runs when its author says that it is meant', async () => {
    const sql = 'SELECT COUNT(*) AS n FROM many a, many b';
    await client.query('SET max_join_size = 1000');
    expect(await failure(client, sql)).toMatch(
      /^1104 \(42000\) The SELECT would examine more than MAX_JOIN_SIZE/,
    );
    await client.query('SET SQL_BIG_SELECTS = 1');
    expect(await failure(client, sql)).toEqual([{ n: 1_000_000 }]);
    await client.query('SET SQL_BIG_SELECTS = DEFAULT, max_join_size = DEFAULT');
  });

  it('joins by keys, however many rows there are', async () => {
    const sql = 'SELECT COUNT(*) AS n FROM many a JOIN many b ON a.id = b.id JOIN many c ON b.id = c.id';
    expect(await failure(client, sql)).toEqual([{ n: 1000 }]);
  });
});

const packet = (sql: string): Buffer => new PacketWriter(0).uint(command.query, 1).text(sql).end().finish();

/** The socket of a client that has logged in, and reads nothing. */
const silentSocket = async (options: { multipleStatements?: boolean } = {}): Promise<Socket> => {
  const connection = await server.connect(options);
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  stream.pause();
  return stream;
};

const asked = async () =>
  Number((await rowsOf(client, "SHOW STATUS LIKE 'Questions'"))[0]?.['Value' as never]);

describe('a client that does not read', () => {
  const long = "SELECT REPEAT('a', 16000000)";

  it.each([
    ['one by one', {}, Buffer.concat(Array(50).fill(packet(long)))],
    ['all at once', { multipleStatements: true }, packet(Array(50).fill(long).join(';'))],
  ])('gets no more replies than fit, %s', async (_, options, bytes) => {
    const before = await asked();
    const socket = await silentSocket(options);
    socket.write(bytes);
    // Others are served all the time, and time goes by.
    for (let i = 0; i < 100; i++) await client.query('DO SLEEP(0.002)');
    const own = (await asked()) - before - 101;
    socket.destroy();
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThan(10);
    await expect.poll(() => server.server.processes.size).toBe(1);
  });

  it('leaves nothing to do when it goes', async () => {
    const before = await asked();
    const socket = await silentSocket();
    socket.write(Buffer.concat(Array(1000).fill(packet('DO SLEEP(0.05)'))));
    await expect.poll(asked).toBeGreaterThan(before);
    socket.destroy();
    await expect.poll(() => server.server.processes.size).toBe(1);
    expect((await asked()) - before).toBeLessThan(500);
  });
});

describe('a client that never closes its side', () => {
  const stubborn = () => {
    const socket = connectTcp({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const closed = new Promise<void>(resolve => {
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
    socket.resume();
    // What is written to a socket that is closed on the other side comes back as an error.
    const writing = setInterval(() => socket.write('x'), 20);
    return { socket, closed: closed.finally(() => clearInterval(writing)) };
  };

  it('is closed when its login is refused', async () => {
    const { socket, closed } = stubborn();
    socket.write(Buffer.from([4, 0, 0, 1, 1, 2, 3, 4]));
    await closed;
    socket.destroy();
  });

  it('is closed when it is one too many', async () => {
    const others = await Promise.all(Array.from({ length: 7 }, () => server.connect()));
    const { socket, closed } = stubborn();
    await closed;
    socket.destroy();
    for (const other of others) other.destroy();
    await expect.poll(() => server.server.processes.size).toBe(1);
  });
});

describe('data that comes ahead of its statement', () => {
  const prepare = new PacketWriter(0).uint(command.stmtPrepare, 1).text('SELECT LENGTH(?)').end().finish();
  const ahead = (bytes: number) =>
    new PacketWriter(0).uint(command.stmtSendLongData, 1).uint(1, 4).uint(0, 2).zeros(bytes).end().finish();
  const execute = new PacketWriter(0)
    .uint(command.stmtExecute, 1)
    .uint(1, 4)
    .uint(0, 1)
    .uint(1, 4)
    .uint(0, 1)
    .uint(1, 1)
    .uint(252, 1)
    .uint(0, 1)
    .end()
    .finish();

  it.each([
    ['arrives whole', 3, '3000000'],
    ['is an error of its statement when it is too long', 70, 'mysql_send_long_data'],
  ])('%s', async (_, pieces, expected) => {
    const socket = await silentSocket();
    let reply = '';
    socket.on('data', chunk => {
      reply += chunk.toString('latin1');
    });
    socket.resume();
    socket.write(prepare);
    for (let i = 0; i < pieces; i++) socket.write(ahead(1_000_000));
    socket.write(execute);
    const wanted = expected === '3000000' ? Buffer.from([0xc0, 0xc6, 0x2d]).toString('latin1') : expected;
    await expect.poll(() => reply).toContain(wanted);
    socket.destroy();
  });
});
