import { randomBytes } from 'node:crypto';
import { createConnection as connectTcp, type Socket } from 'node:net';
import fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scramble } from '../../../../src/stack/parts/db/auth.ts';
import { createFramer } from '../../../../src/stack/parts/db/framer.ts';
import { PacketReader, PacketWriter } from '../../../../src/stack/parts/db/packets.ts';
import {
  capability,
  command,
  maxPayload,
  serverCapabilities,
} from '../../../../src/stack/parts/db/protocol.ts';
import { rowsOf, startServer, type TestServer, web } from './running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const errorOf = (payload: Buffer | undefined): number | undefined =>
  payload?.[0] === 0xff ? payload.readUInt16LE(1) : undefined;

/** A client that says exactly what it is told. */
const rawClient = async () => {
  const socket: Socket = connectTcp(server.port, '127.0.0.1');
  const framer = createFramer();
  const packets: { sequence: number; payload: Buffer }[] = [];
  let wake = () => {};
  let closed = false;
  socket.on('data', chunk => {
    packets.push(...framer.feed(chunk, maxPayload));
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    wake();
  });
  const next = async () => {
    while (packets.length === 0 && !closed)
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    return packets.shift();
  };
  const send = (sequence: number, payload: ArrayLike<number>) =>
    socket.write(new PacketWriter(sequence).bytes(Uint8Array.from(payload)).end().finish());
  const greeting = new PacketReader((await next())?.payload ?? Buffer.alloc(0));
  expect(greeting.uint(1)).toBe(10);
  greeting.nulTerminated();
  greeting.skip(4);
  const first = Buffer.from(greeting.bytes(8));
  greeting.skip(1 + 2 + 1 + 2 + 2 + 1 + 10);
  const seed = Buffer.concat([first, greeting.bytes(12)]);
  const login = async (
    more: { plugin?: string; answer?: Buffer; user?: string; capabilities?: number; sequence?: number } = {},
  ) => {
    const answer = more.answer ?? scramble('mysql_native_password', web.password, seed);
    const body = new PacketWriter(0)
      .uint(more.capabilities ?? serverCapabilities & ~capability.connectAttrs & ~capability.connectWithDb, 4)
      .uint(maxPayload, 4)
      .uint(45, 1)
      .zeros(23)
      .nulTerminated(more.user ?? web.user)
      .lenencBytes(answer)
      .nulTerminated(more.plugin ?? 'mysql_native_password')
      .end()
      .finish();
    send(more.sequence ?? 1, body.subarray(4));
    return next();
  };
  return { socket, send, next, login, seed, end: () => socket.destroy(), isClosed: () => closed };
};

const stillServes = async () => {
  const connection = await server.connect();
  await connection.ping();
  connection.destroy();
};

describe('logging in', () => {
  it('numbers its packets from the greeting on', async () => {
    const client = await rawClient();
    const reply = await client.login();
    expect(reply).toMatchObject({ sequence: 2 });
    expect(reply?.payload[0]).toBe(0);
    client.send(0, [command.ping]);
    expect(await client.next()).toMatchObject({ sequence: 1 });
    client.end();
  });

  it('takes caching_sha2_password by its fast path', async () => {
    const client = await rawClient();
    const answer = scramble('caching_sha2_password', web.password, client.seed);
    const more = await client.login({ plugin: 'caching_sha2_password', answer });
    expect([...(more?.payload ?? [])]).toEqual([1, 3]);
    expect((await client.next())?.payload[0]).toBe(0);
    client.end();
  });

  it('asks a client with an unknown method to use the announced one', async () => {
    const client = await rawClient();
    const request = await client.login({ plugin: 'mysql_clear_password', answer: Buffer.from('nonsense') });
    const reader = new PacketReader(request?.payload ?? Buffer.alloc(0));
    expect(reader.uint(1)).toBe(0xfe);
    expect(reader.nulTerminated()).toBe('mysql_native_password');
    client.send(3, scramble('mysql_native_password', web.password, reader.bytes(20)));
    expect(await client.next()).toMatchObject({ sequence: 4 });
    client.send(0, [command.ping]);
    expect((await client.next())?.payload[0]).toBe(0);
    client.end();
  });

  it.each([
    ['a wrong password', { answer: randomBytes(20) }],
    ['no password', { answer: Buffer.alloc(0) }],
    ['half a password', { answer: randomBytes(7) }],
    ['an unknown user', { user: 'nobody' }],
    ['no user', { user: '' }],
  ])('refuses %s with error 1045', async (_, how) => {
    const client = await rawClient();
    const reply = await client.login(how);
    expect(errorOf(reply?.payload)).toBe(1045);
    expect(reply?.payload.toString()).toMatch(
      /#28000Access denied for user '(?:web|nobody|)'@'127\.0\.0\.1' \(using password: (?:YES|NO)\)/,
    );
    expect(await client.next()).toBeUndefined();
    client.end();
  });

  it('refuses an older protocol', async () => {
    const client = await rawClient();
    expect(errorOf((await client.login({ capabilities: 0 }))?.payload)).toBe(1043);
    client.end();
  });

  it('refuses an SSLRequest, which it has not offered', async () => {
    const client = await rawClient();
    client.send(1, new PacketWriter(0).uint(0xffff, 4).zeros(28).end().finish().subarray(4));
    expect(errorOf((await client.next())?.payload)).toBe(1043);
    client.end();
  });

  it('ends a connection that sends too much before it has logged in', async () => {
    const client = await rawClient();
    client.socket.write(Buffer.from([0xff, 0xff, 0x10, 1]));
    expect(errorOf((await client.next())?.payload)).toBe(1153);
    expect(await client.next()).toBeUndefined();
    await stillServes();
  });

  it('refuses one client too many with error 1040, and takes the next when one has left', async () => {
    const small = await startServer({ maxConnections: 2 });
    try {
      const [first] = await Promise.all([small.connect(), small.connect()]);
      await expect(small.connect()).rejects.toMatchObject({ errno: 1040 });
      await first?.end();
      await expect
        .poll(() =>
          small.connect().then(
            () => 'in',
            () => 'out',
          ),
        )
        .toBe('in');
    } finally {
      await small.stop();
    }
  });

  it.each(['mysql_native_password', 'caching_sha2_password'] as const)(
    'works for mysql2 when %s is announced',
    async plugin => {
      const other = await startServer({ plugin });
      try {
        const connection: Connection = await other.connect();
        expect(await rowsOf(connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        await expect(other.connect({ password: 'wrong' })).rejects.toMatchObject({
          errno: 1045,
          sqlState: '28000',
        });
        await expect(other.connect({ password: '' })).rejects.toMatchObject({ errno: 1045 });
      } finally {
        await other.stop();
      }
    },
  );
});

describe('commands', () => {
  it('that do not exist are error 1047, and the connection goes on', async () => {
    const client = await rawClient();
    await client.login();
    for (const code of [0x00, 0x05, 0x0c, 0x1c, 0x1d, 0x7f, 0xff]) {
      client.send(0, [code, 1, 2, 3]);
      expect(errorOf((await client.next())?.payload)).toBe(1047);
    }
    client.end();
  });

  it.each([
    ['an empty packet', []],
    ['COM_STMT_EXECUTE of nothing', [command.stmtExecute]],
    ['COM_STMT_EXECUTE of an unknown statement', [command.stmtExecute, 9, 9, 9, 9, 0, 1, 0, 0, 0]],
    ['COM_STMT_RESET of an unknown statement', [command.stmtReset, 1, 0, 0, 0]],
    ['COM_FIELD_LIST without an end', [command.fieldList, 65]],
    ['COM_SET_OPTION without an option', [command.setOption]],
  ])('%s is an error, not the end', async (_, bytes) => {
    const client = await rawClient();
    await client.login();
    client.send(0, Uint8Array.from(bytes));
    expect(errorOf((await client.next())?.payload)).toBeGreaterThan(1000);
    client.send(0, [command.ping]);
    expect((await client.next())?.payload[0]).toBe(0);
    client.end();
  });

  it('know a prepared statement until it is closed', async () => {
    const client = await rawClient();
    await client.login();
    client.send(0, Buffer.concat([Buffer.from([command.stmtPrepare]), Buffer.from('DO 1')]));
    expect((await client.next())?.payload[0]).toBe(0);
    const execute = [command.stmtExecute, 1, 0, 0, 0, 0, 1, 0, 0, 0];
    client.send(0, execute);
    expect((await client.next())?.payload[0]).toBe(0);
    client.send(0, [command.stmtClose, 1, 0, 0, 0]);
    client.send(0, execute);
    expect(errorOf((await client.next())?.payload)).toBe(1243);
    client.end();
  });

  it('out of order are error 1156 and the end of the connection', async () => {
    const client = await rawClient();
    await client.login();
    client.send(5, [command.ping]);
    expect(errorOf((await client.next())?.payload)).toBe(1156);
    expect(await client.next()).toBeUndefined();
  });

  it('of 16 MB and more are error 1153 and the end of the connection', async () => {
    const client = await rawClient();
    await client.login();
    client.socket.write(
      Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0, command.query]), Buffer.alloc(1000)]),
    );
    expect(errorOf((await client.next())?.payload)).toBe(1153);
    expect(await client.next()).toBeUndefined();
    await stillServes();
    const long = await server.connect();
    const [rows] = await long.query(`SELECT LENGTH('${'y'.repeat(15_000_000)}') AS n`);
    expect(rows).toEqual([{ n: 15_000_000 }]);
  });

  it('sent all at once are answered one after another', async () => {
    const client = await rawClient();
    await client.login();
    const query = (sql: string) => new PacketWriter(0).uint(command.query, 1).text(sql).end().finish();
    client.socket.write(Buffer.concat([query('DO SLEEP(0.05)'), query('SET @a = 1'), query('nonsense')]));
    expect((await client.next())?.payload[0]).toBe(0);
    expect((await client.next())?.payload[0]).toBe(0);
    expect(errorOf((await client.next())?.payload)).toBe(1064);
    client.end();
  });
});

describe('hostile bytes', () => {
  it('before the login end their own connection only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
        const client = await rawClient();
        client.send(1, bytes);
        client.socket.end();
        while (await client.next());
        client.end();
      }),
      { numRuns: 60 },
    );
    await stillServes();
  });

  it('after the login are answered or end their own connection only', async () => {
    const codes = fc.constantFrom(...Object.values(command), 0x0d, 0x1c);
    await fc.assert(
      fc.asyncProperty(codes, fc.uint8Array({ maxLength: 60 }), async (code, bytes) => {
        const client = await rawClient();
        await client.login();
        const sql = Buffer.from('SELECT ?, ?');
        client.send(0, Buffer.concat([Buffer.from([command.stmtPrepare]), sql]));
        // A reply of seven packets: the head, two parameters, an end, two columns, an end.
        for (let i = 0; i < 7; i++) await client.next();
        client.send(0, Buffer.concat([Buffer.from([command.stmtExecute, 1, 0, 0, 0, 0, 1, 0, 0, 0]), bytes]));
        client.send(0, Buffer.from([code, ...bytes]));
        client.socket.end();
        while (await client.next());
        client.end();
      }),
      { numRuns: 60 },
    );
    await stillServes();
  });

  it('cut off anywhere leave nothing behind', async () => {
    const before = server.server.processes.size;
    for (const length of [1, 3, 4, 5, 20, 40]) {
      const client = await rawClient();
      await client.login();
      const bytes = new PacketWriter(0).uint(command.query, 1).text('SELECT SLEEP(0), 1 + 1').end().finish();
      client.socket.write(bytes.subarray(0, length));
      client.socket.destroy();
    }
    await stillServes();
    await expect.poll(() => server.server.processes.size).toBe(before);
  });
});
