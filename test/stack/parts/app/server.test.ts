import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, type AppProcess, startAppProcess } from './app-process.ts';

/** A site for tests: `/held` notes that it has begun, and answers when the file `gate` is there. */
const site = `
import { access, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
const run = import.meta.dirname + '/../../';
export const version = 'v1';
const open = () => access(run + 'gate').then(() => true, () => false);
export default ({ db, server }) => async request => {
  switch (request.path) {
    case '/health': return { status: 200, body: 'ok', file: 'pages/health.js' };
    case '/held':
      await writeFile(run + 'begun-' + request.headers['x-request-id'], '');
      while (!(await open())) await wait(5); return { status: 200, body: 'held' };
    case '/throws': throw new Error('secret detail\\n2026 forged line');
    case '/nothing': return undefined;
    case '/odd': return { status: 99 };
    case '/split': return { status: 200, headers: { 'X-Bad': 'a\\r\\nSet-Cookie: b=c' } };
    case '/db': return { status: 200, body: JSON.stringify(await db.query('SELECT ?', [request.query.x ?? null])) };
    case '/object': return db.query('SELECT ?', [{ id: 1 }]);
    default: return { status: 200, headers: { 'Set-Cookie': ['a=1', 'b=2'] }, body: JSON.stringify(request) };
  }
};`;

let app: AppProcess;

beforeEach(async () => {
  app = await startAppProcess({ 'app.js': site });
});

afterEach(async () => {
  await app.end();
});

const openGate = () => writeFile(join(app.dir, 'gate'), '');

/** A request to `/held` by its id; resolves with its status, or with 0 when the client left. */
const hold = (id: string, signal?: AbortSignal): Promise<number> =>
  app.ask('/held', { headers: { 'X-Request-ID': id }, ...(signal ? { signal } : {}) }).then(
    ({ status }) => status,
    () => 0,
  );

const begun = (id: string) => vi.waitFor(() => access(join(app.dir, `begun-${id}`)), { timeout: 10_000 });

/** Sends bytes as they are and returns what comes back until the server closes. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection(app.socket, () => socket.write(bytes));
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });

describe('an answer of the app server', () => {
  it('says who made it and how long each share took, and its trace is written before it arrives', async () => {
    const id = 'abcdef0123456789abcdef0123456789';
    const { status, headers } = await app.ask('/page?x=1', { headers: { 'X-Request-ID': id } });
    const [trace] = (await app.traces()).slice(-1);
    expect(status).toBe(200);
    expect(headers['x-served-by']).toBe('app@server-1');
    expect(headers['x-version']).toBe('v1');
    expect(headers['server-timing']).toMatch(/^queue;dur=[\d.]+, app;dur=[\d.]+, db;dur=0\.00$/);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(trace).toMatchObject({
      request: id,
      server: 'server-1',
      version: 'v1',
      status: 200,
      worker: expect.toSatisfy(worker => worker === 1 || worker === 2),
      queueMs: 0,
      queries: [],
    });
    expect(trace?.durationMs).toBeGreaterThan(0);
    expect(trace?.log).toContain(`GET /page?x=1 200`);
    expect(await app.log()).toContain(trace?.log);
  });

  it('carries the request to the site as it was sent', async () => {
    const { body } = await app.ask('/x?a=1', {
      headers: { Cookie: 'session=abc', 'X-Thing': 'y' },
      form: { name: 'Mia & Co', message: 'ü' },
    });
    expect(JSON.parse(body)).toMatchObject({
      method: 'POST',
      path: '/x',
      query: { a: '1' },
      headers: { host: 'www.foobar.com', 'x-thing': 'y' },
      cookies: { session: 'abc' },
      form: { name: 'Mia & Co', message: 'ü' },
    });
  });

  it('to HEAD has the headers of GET and no body', async () => {
    const get = await app.ask('/db-less', { headers: { 'X-Request-ID': 'a' } });
    const head = await app.ask('/health', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('2');
    expect(get.status).toBe(200);
  });
});

describe('a site that fails', () => {
  it.each(['/throws', '/nothing', '/odd', '/object'])(
    '%s is a 500 without details, and a reason in the log',
    async path => {
      const { status, headers, body } = await app.ask(path);
      expect(status).toBe(500);
      expect(headers['x-served-by']).toBe('app@server-1');
      expect(body).toContain('The code of this page has failed.');
      expect(body).not.toContain('secret');
      expect(await app.log()).toMatch(new RegExp(`GET ${path} 500 .*Error: `));
    },
  );

  it('has its own lines in the log, and cannot forge any', async () => {
    await app.ask('/throws');
    const lines = (await app.log()).trimEnd().split('\n');
    expect(lines.at(-2)).toMatch(/: Error: secret detail 2026 forged line$/);
    expect(lines.at(-1)).toMatch(/^ {4}at .*app\.js:13:\d+/);
    expect(await app.traces()).toContainEqual(expect.objectContaining({ status: 500, file: 'app.js' }));
  });

  it('cannot split a response in two', async () => {
    const { status, headers } = await app.ask('/split');
    expect(status).toBe(500);
    expect(headers).not.toHaveProperty('x-bad');
    expect(headers).not.toHaveProperty('set-cookie');
    expect(await app.log()).toContain('GET /split 500');
  });
});

describe('workers and queue', () => {
  it('two serve, three wait, every further request is refused at once with 503', async () => {
    const total = 9;
    const refused: Answer[] = [];
    const asked = Array.from({ length: total }, () =>
      app.ask('/held').then(answer => {
        if (answer.status === 503) refused.push(answer);
        return answer;
      }),
    );
    // Those that wait cannot answer before the gate is open; the others must.
    await vi.waitFor(() => expect(refused).toHaveLength(total - 5), { timeout: 10_000 });
    await openGate();
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 503, 503, 503, 503]);
    const [answer] = refused;
    expect(answer?.headers).toMatchObject({
      'retry-after': '1',
      'x-served-by': 'app@server-1',
      'x-version': 'v1',
    });
    expect(answer?.body).toContain('Too busy');
    const traces = (await app.traces()).filter(({ log }) => log.includes('/held'));
    expect(traces.filter(({ queueMs }) => queueMs > 0)).toHaveLength(3);
    expect(traces.filter(({ worker }) => worker === 0).map(({ status }) => status)).toEqual([
      503, 503, 503, 503,
    ]);
    expect((await app.ask('/health')).status).toBe(200);
  });

  it('a client that leaves does not stop the worker, but gives up its place in the queue', async () => {
    const leaving = new AbortController();
    const served = ['a', 'b'].map(id => hold(id, leaving.signal));
    await Promise.all(['a', 'b'].map(begun));
    const queued = ['c', 'd', 'e', 'f'].map(id => hold(id, leaving.signal));
    // One is refused: so the three others are in the queue.
    expect(await Promise.any(queued)).toBe(503);
    leaving.abort();
    await Promise.all([...served, ...queued]);
    // An answer on a later connection: the server has seen by now that the others are closed.
    await raw('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const later = hold('g');
    await openGate();
    expect(await later).toBe(200);
    const traces = await app.traces();
    expect(
      traces
        .filter(({ request, worker }) => /^[a-g]$/.test(request) && worker > 0)
        .map(t => t.request)
        .sort(),
    ).toEqual(['a', 'b', 'g']);
  });
});

describe('a changed configuration', () => {
  it('is obeyed after a reload, also by those who wait already', async () => {
    const statuses = ['a', 'b', 'c'].map(id => hold(id));
    await Promise.all(['a', 'b'].map(begun));
    await app.configure({ workers: 3, queue: 0 });
    app.process.kill('SIGHUP');
    // The third one waited for a worker: now there is one.
    await begun('c');
    expect((await app.ask('/held')).status).toBe(503);
    await openGate();
    expect(await Promise.all(statuses)).toEqual([200, 200, 200]);
    expect(await app.log()).toContain('reloaded, version v1, 3 workers');
  });

  it('that cannot be read is refused, and the old one goes on', async () => {
    await writeFile(join(app.dir, 'app.json'), '{ "workers": 3\n "queue": 3 }');
    app.process.kill('SIGHUP');
    await vi.waitFor(
      async () =>
        expect(await app.log()).toContain(
          'reload failed, the old configuration goes on: app.json:2: expected "," or "}", found "queue"',
        ),
      { timeout: 10_000 },
    );
    expect((await app.ask('/health')).status).toBe(200);
  });

  it('that cannot be read ends the start with file, line and reason', async () => {
    const broken = await startAppProcess({ 'app.js': site }, { workers: 99 }, false);
    const code = await new Promise(resolve => broken.process.on('exit', resolve));
    expect(broken.output()).toBe(
      'app: app.json:2: "workers" must be a whole number from 1 to 16: as many as this server bears, and is 99\n',
    );
    expect(code).toBe(1);
    await broken.end();
  });
});

describe('input that is no proper request', () => {
  it('a body of 64 KB is taken, one byte more is too large', async () => {
    const limit = 64 * 1024;
    const fits = await app.ask('/x', { form: { m: 'x'.repeat(limit - 2) } });
    expect(JSON.parse(fits.body).form.m).toHaveLength(limit - 2);
    const tooLarge = await app.ask('/x', { form: { m: 'x'.repeat(limit - 1) } });
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.headers['x-served-by']).toBe('app@server-1');
    expect(tooLarge.body).toContain('64 KB');
  });

  it.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00\r\n\r\n', 400],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a header without end', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ])('%s gets an error and does not end the server', async (_, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    // Node answers a request without a host all by itself.
    if (!bytes.startsWith('GET / HTTP/1.1\r\n\r\n'))
      expect(answer).toContain('X-Served-By: app@server-1\r\n');
    expect((await app.ask('/health')).status).toBe(200);
  });

  it.each(['ended', 'destroyed'] as const)(
    'a body whose connection is %s half-way is forgotten',
    async how => {
      await new Promise<void>(resolve => {
        const half = 'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\nhalf';
        const socket = createConnection(app.socket, () => socket.write(half));
        // The server has taken the request: it says so with 100 Continue.
        socket.once('data', () => (how === 'ended' ? socket.end() : socket.destroy()));
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
      expect((await app.ask('/health')).status).toBe(200);
      // The end of a process that failed would be seen now at the latest.
      expect((await app.ask('/health')).status).toBe(200);
      expect(app.process.exitCode).toBeNull();
    },
  );

  it('names of fields that objects know harm nobody', async () => {
    const { body } = await app.ask('/x?__proto__=1&constructor=2', { form: { __proto__x: 'a' } });
    expect(JSON.parse(body, (key, value) => (key === '__proto__' ? undefined : value))).toMatchObject({
      query: { constructor: '2' },
    });
  });
});

describe('a database that is not there', () => {
  it('does not keep the server from starting; pages that need it are a 500, the reason is in the log', async () => {
    const { status, body } = await app.ask('/db?x=1', { headers: { 'X-Request-ID': 'abc' } });
    expect(status).toBe(500);
    expect(body).toContain('The application could not reach the database');
    expect(await app.log()).toContain(
      'request=abc: DatabaseError: connect ECONNREFUSED 127.0.0.1:1\n    at app.js:17:',
    );
    expect((await app.traces()).at(-1)).toMatchObject({
      request: 'abc',
      status: 500,
      file: 'app.js',
      queries: [{ statement: 'SELECT ?', answered: false, error: 'connect ECONNREFUSED 127.0.0.1:1' }],
    });
    const seen = [body, await app.log(), JSON.stringify(await app.traces()), app.output()].join();
    expect(seen).not.toContain('not-to-be-seen');
  });

  it('is waited for when it accepts and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer(socket => void sockets.push(socket.on('error', () => {})));
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const waiting = await startAppProcess({ 'app.js': site }, { databases: [{ host: '127.0.0.1', port }] });
    try {
      let answered = false;
      const page = waiting.ask('/db').finally(() => {
        answered = true;
      });
      // One of the two is the connection that the server opens early, before anybody asks.
      await vi.waitFor(() => expect(sockets).toHaveLength(2), { timeout: 10_000 });
      expect((await waiting.ask('/health')).status).toBe(200);
      expect(answered).toBe(false);
      for (const socket of sockets) socket.destroy();
      expect((await page).status).toBe(500);
    } finally {
      await waiting.end();
      silent.close();
    }
  });
});

describe('the end of the server', () => {
  it('lets a request finish, then exits with 0', async () => {
    const held = hold('a');
    await begun('a');
    const ended = app.end();
    await openGate();
    expect(await held).toBe(200);
    expect(await ended).toBe(0);
  });

  it('costs nobody who keeps a connection an answer: the last one says that it is the last', async () => {
    const agent = new Agent({ keepAlive: true });
    const visit = (path: string, id: string) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const headers = { Host: 'www.foobar.com', 'X-Request-ID': id };
        const asked = get({ socketPath: app.socket, path, agent, headers }, answer => {
          answer.resume().on('end', () => resolve(answer));
        });
        asked.on('error', reject);
      });
    await visit('/x', 'idle');
    // One connection is in use while the server is told to end, and one has just become idle.
    const held = visit('/held', 'h');
    await begun('h');
    expect((await visit('/y', 'other')).headers.connection).toBe('keep-alive');
    const ended = app.end();
    await vi.waitFor(() => expect([...Object.values(agent.freeSockets)].flat()).toEqual([]), {
      timeout: 10_000,
    });
    await openGate();
    const last = await held;
    expect([last.statusCode, last.headers.connection]).toEqual([200, 'close']);
    expect(await ended).toBe(0);
    agent.destroy();
  });

  it('answers the first request of a connection that was made before', async () => {
    const socket = createConnection(app.socket);
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    // Connections are accepted in their order.
    await app.ask('/health');
    const ended = app.end();
    await vi.waitFor(() => expect(app.ask('/health')).rejects.toThrow(), { timeout: 10_000, interval: 1 });
    socket.write('GET /late HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"path":"/late"');
    expect(await ended).toBe(0);
  });

  it('leaves no request that it has begun without a whole answer', async () => {
    let answered = 0;
    let ended: Promise<number | null> | undefined;
    const log = join(app.dir, 'trace.log');
    let traces = '';
    const visitors = Array.from({ length: 4 }, async () => {
      for (;;) {
        const answer = await app.ask('/x').catch(() => undefined);
        // Refused, or reset before it was accepted: the web server in front may ask somebody else.
        if (!answer) return;
        expect([answer.status, answer.headers['x-version']]).toEqual([200, 'v1']);
        expect(JSON.parse(answer.body)).toMatchObject({ path: '/x' });
        answered += 1;
        if (ended) continue;
        const exited = once(app.process, 'exit');
        app.process.kill('SIGTERM');
        ended = exited.then(async ([code]) => {
          traces = await readFile(log, 'utf8');
          return code as number | null;
        });
      }
    });
    await Promise.all(visitors);
    expect(await ended).toBe(0);
    expect(traces.match(/GET \/x 200/g)).toHaveLength(answered);
  });

  it('comes when its guard is gone', async () => {
    app.process.stdin?.end();
    const code = await new Promise(resolve => app.process.on('exit', resolve));
    expect(code).toBe(0);
  });

  it('does not wait for ever', async () => {
    const held = hold('a');
    await begun('a');
    expect(await app.end()).toBe(0);
    expect(await held).toBe(0);
  });
});
