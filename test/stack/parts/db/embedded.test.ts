import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { siteFolder } from '../../../../src/stack/entries.ts';
import { embeddedDb } from '../../../../src/stack/parts/db/embedded.ts';
import { schemaStatements } from '../../../../src/stack/parts/db/schema.ts';
import type { Placement } from '../../../../src/stack/parts/part.ts';

let root: string;
let at: Placement;
let running: ChildProcess | undefined;
let opened: Connection[] = [];

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'db-part-'));
  const siteDir = join(root, 'site');
  await cp(siteFolder('v1'), siteDir, { recursive: true });
  const listen = { host: '127.0.0.1', port: await freePort() };
  at = {
    plan: {
      id: 'db@server-1',
      part: 'db',
      server: 'server-1',
      address: { host: '127.0.0.1', port: 3306 },
      open: false,
    },
    dir: root,
    siteDir,
    listen,
    peers: () => [],
    followers: () => [],
    site: () => ({ www: '8.8.8.8', apex: '8.8.8.8', nameServers: [] }),
    accounts: {
      database: 'foobar',
      web: { user: 'web', password: 'w' },
      admin: { user: 'admin', password: 'a' },
      replication: { user: 'replication', password: 'r' },
    },
  };
});

afterEach(async () => {
  for (const connection of opened) connection.destroy();
  opened = [];
  await stop('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

const answers = (ms = 1000) => embeddedDb.answers(at, AbortSignal.timeout(ms));

const start = async (): Promise<ChildProcess> => {
  await embeddedDb.prepare(at);
  const { file, args, env } = embeddedDb.launch(at);
  running = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  await expect
    .poll(() => running?.exitCode !== null || answers(), { timeout: 20_000, interval: 10 })
    .toBe(true);
  return running;
};

const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
  if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
  const exited = once(running, 'exit');
  running.kill(signal);
  const [code] = await exited;
  return code;
};

const connect = async (
  account: { user: string; password: string } = at.accounts.web,
): Promise<Connection> => {
  const connection = await createConnection({ ...at.listen, ...account, database: 'foobar' });
  connection.on('error', () => {});
  opened.push(connection);
  return connection;
};

const count = async (): Promise<number> => {
  const [rows] = await (await connect()).query('SELECT COUNT(*) AS n FROM entries');
  return (rows as { n: number }[])[0]?.n ?? -1;
};

describe('the process', () => {
  it('starts with the schema of the site, says nothing, and ends on SIGTERM', async () => {
    expect(await answers()).toBe(false);
    const child = await start();
    let output = '';
    child.stderr?.on('data', chunk => {
      output += chunk;
    });
    expect(await count()).toBeGreaterThan(0);
    expect(await stop('SIGTERM')).toBe(0);
    expect(output).toBe('');
    expect(await answers()).toBe(false);
  });

  it('ends when its standard input ends', async () => {
    const child = await start();
    const exited = once(child, 'exit');
    child.stdin?.end();
    expect((await exited)[0]).toBe(0);
  });

  it('keeps its data when it is stopped and when it is killed', async () => {
    await start();
    const before = await count();
    const insert = "INSERT INTO entries (name, message) VALUES ('test', 'kept')";
    await (await connect()).query(insert);
    await stop('SIGTERM');
    await start();
    expect(await count()).toBe(before + 1);
    await (await connect()).query(insert);
    await stop('SIGKILL');
    await start();
    expect(await count()).toBe(before + 2);
  });

  it('that is killed while it makes its database begins anew', async () => {
    await embeddedDb.prepare(at);
    await writeFile(join(root, 'data.sqlite.new'), 'half of a database');
    await start();
    expect(await count()).toBeGreaterThan(0);
  });

  it('names the statement of the schema that is wrong, and exits', async () => {
    await writeFile(join(at.siteDir, 'schema.sql'), 'CREATE TABLE a (b INT);\nINSERT INTO nope VALUES (1);');
    await embeddedDb.prepare(at);
    const { file, args } = embeddedDb.launch(at);
    running = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let output = '';
    running.stderr?.on('data', chunk => {
      output += chunk;
    });
    expect((await once(running, 'close'))[0]).toBe(1);
    expect(output).toMatch(/^db: .*init\.sql: ERROR 1146 \(42S02\): Table 'foobar\.nope' doesn't exist\n$/);
  });

  it.skipIf(process.platform === 'win32')('that is paused does not answer', async () => {
    await start();
    running?.kill('SIGSTOP');
    expect(await answers(300)).toBe(false);
    running?.kill('SIGCONT');
    await expect.poll(() => answers()).toBe(true);
  });

  it('is not taken for another that listens on its port', async () => {
    const other = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    other.listen(at.listen.port, at.listen.host);
    await once(other, 'listening');
    expect(await answers()).toBe(false);
    other.close();
  });

  it('gives the web application its own database only', async () => {
    await start();
    const web = await connect();
    await expect(web.query('SELECT * FROM mysql.user')).rejects.toMatchObject({ errno: 1142 });
    await expect(web.query('CREATE DATABASE other')).rejects.toMatchObject({ errno: 1044 });
    await web.query('CREATE TABLE notes (id INT)');
    await expect(connect({ user: 'web', password: 'a' })).rejects.toMatchObject({ errno: 1045 });
  });
});

describe('the data', () => {
  it('can be put back by the statements of the schema', async () => {
    await start();
    const before = await count();
    const root = await connect(at.accounts.admin);
    await (await connect()).query('DELETE FROM entries');
    await (await connect()).query('CREATE TABLE more (id INT PRIMARY KEY)');
    const [tables] = await root.query('SHOW TABLES');
    await root.query('SET FOREIGN_KEY_CHECKS = 0');
    for (const row of tables as object[]) await root.query(`DROP TABLE \`${Object.values(row)[0]}\``);
    await root.query('SET FOREIGN_KEY_CHECKS = 1');
    for (const statement of await schemaStatements(at.siteDir)) await root.query(statement);
    expect(await count()).toBe(before);
    await expect(root.query('SELECT * FROM more')).rejects.toMatchObject({ errno: 1146 });
  });

  it('has no statements without a schema', async () => {
    expect(await schemaStatements(join(root, 'nothing'))).toEqual([]);
  });
});

describe('the evidence', () => {
  const id = 'a'.repeat(32);
  const other = 'b'.repeat(32);

  it('is there when the response arrives', async () => {
    await start();
    const evidence = embeddedDb.evidence?.(at);
    const connection = await connect();
    expect(await evidence?.find(id)).toBeUndefined();
    for (let i = 1; i <= 20; i++) {
      const request = i.toString(16).padStart(32, '0');
      await connection.query(`SELECT id FROM entries LIMIT 2 /* request=${request} */`);
      expect(await evidence?.find(request)).toMatchObject({
        part: 'db',
        server: 'server-1',
        queries: [{ statement: 'SELECT id FROM entries LIMIT 2', rows: 2 }],
      });
    }
  });

  it('tells all statements of a request apart from those of others, with their errors', async () => {
    await start();
    const connection = await connect();
    await connection.query(`SELECT COUNT(*) FROM entries /* request=${id} */`);
    await connection.execute(`SELECT id FROM entries WHERE id = ? /* request=${id} */`, [1]);
    await connection.query(`SELECT 1 /* request=${other} */`);
    await connection.query('SELECT 2');
    await connection.query("SELECT ' /* request=cccccccccccccccccccccccccccccccc */'");
    await connection.query(`SELECT * FROM nope /* request=${id} */`).catch(() => {});
    const hop = await embeddedDb.evidence?.(at).find(id);
    expect(hop).toMatchObject({
      queries: [
        { statement: 'SELECT COUNT(*) FROM entries', rows: 1 },
        { statement: 'SELECT id FROM entries WHERE id = ?', rows: 1 },
        {
          statement: 'SELECT * FROM nope',
          rows: 0,
          error: "ERROR 1146 (42S02): Table 'foobar.nope' doesn't exist",
        },
      ],
    });
    const durations = hop?.part === 'db' ? hop.queries.map(({ durationMs }) => durationMs) : [];
    expect(durations.every(ms => ms > 0)).toBe(true);
    expect(hop?.durationMs).toBeCloseTo(
      durations.reduce((a, b) => a + b, 0),
      6,
    );
    const lines = (await readFile(join(root, 'trace.log'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
  });

  it('survives an emptied log', async () => {
    await start();
    const connection = await connect();
    const evidence = embeddedDb.evidence?.(at);
    await connection.query(`SELECT 1 /* request=${id} */`);
    expect(await evidence?.find(id)).toBeDefined();
    await truncate(join(root, 'trace.log'));
    expect(await evidence?.find(other)).toBeUndefined();
    await connection.query(`SELECT 2 /* request=${other} */`);
    expect(await evidence?.find(other)).toMatchObject({ queries: [{ statement: 'SELECT 2' }] });
  });

  it('is written for people too, before the reply, and with the id of the request', async () => {
    await start();
    const connection = await connect();
    const [log = ''] = embeddedDb.logs(at);
    for (let i = 1; i <= 20; i++) {
      const comment = `/* request=${i.toString(16).padStart(32, '0')} */`;
      await connection.query(`SELECT id\nFROM entries LIMIT 1 ${comment}`);
      expect(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)).toMatch(
        /^\d{4}-\d\d-\d\dT[\d:.]+Z \[\d+\] web [\d.]+ ms 1 row: SELECT id FROM entries LIMIT 1 \/\* request=[0-9a-f]{32} \*\/$/,
      );
      expect(readFileSync(log, 'utf8')).toContain(comment);
    }
    await connection.query('SELECT 1 + 1');
    await expect.poll(() => readFile(log, 'utf8')).toMatch(/ 1 row: SELECT 1 \+ 1$/m);
  });
});
