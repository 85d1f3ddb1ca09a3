import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import type { Hop } from '../../../src/stack/browser/trace.ts';
import { StackError } from '../../../src/stack/stack.ts';
import { until } from '../../until.ts';
import { enter, httpServer, type Lab, type Listening, nobody, plan, startLab, tcpServer } from './lab.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanup.splice(0).reverse()) await close();
});

const started = async <T extends { close(): Promise<void> }>(thing: Promise<T>): Promise<T> => {
  const ready = await thing;
  cleanup.push(() => ready.close());
  return ready;
};

/** A lab whose web server is played by the listener. */
const labWith = async (
  listener: Parameters<typeof httpServer>[0],
  options?: Parameters<typeof startLab>[1],
): Promise<Lab & { web: Listening }> => {
  const web = await started(httpServer(listener));
  return { ...(await started(startLab(web.here, options))), web };
};

const hello: Parameters<typeof httpServer>[0] = (_, answer) => answer.end('hello');

const kinds = (hops: readonly Hop[]): string[] =>
  hops.map(hop => (hop.part === 'names' ? `${hop.level} cache ${hop.hit ? 'hit' : 'miss'}` : hop.part));

const hop = <P extends Hop['part']>(hops: readonly Hop[], part: P): Extract<Hop, { part: P }> => {
  const found = hops.find(one => one.part === part);
  if (!found) throw new Error(`no ${part} hop`);
  return found as Extract<Hop, { part: P }>;
};

describe('an answered request', () => {
  it('goes through caches, DNS, TCP and HTTP, each with its evidence', async () => {
    const { browser, dns, web } = await labWith((_, answer) => {
      answer.writeHead(200, { 'Content-Type': 'text/css', 'X-Thing': ['a', 'b'] });
      answer.end('body {}');
    });
    const trace = await browser.request('/style.css?v=1');
    expect(kinds(trace.hops)).toEqual(['browser cache miss', 'system cache miss', 'dns', 'tcp', 'http']);
    expect(trace).toMatchObject({
      method: 'GET',
      url: 'http://www.foobar.com/style.css?v=1',
      outcome: '200 from web',
      status: 200,
      from: 'web',
      via: ['dns', 'web'],
      body: 'body {}',
    });
    expect(trace.failure).toBeUndefined();
    expect(hop(trace.hops, 'dns')).toMatchObject({
      server: '192.0.2.53:53',
      here: `127.0.0.1:${dns.here.port}`,
      transport: 'udp',
      question: 'www.foobar.com A',
      rcode: 'NOERROR',
      authoritative: true,
      answers: ['www.foobar.com. 300 IN A 8.8.8.8'],
      authorities: [],
    });
    expect(hop(trace.hops, 'tcp')).toMatchObject({
      address: '8.8.8.8:80',
      here: `127.0.0.1:${web.here.port}`,
    });
    expect(hop(trace.hops, 'http')).toMatchObject({
      requestLine: 'GET /style.css?v=1 HTTP/1.1',
      requestHeaders: { Host: 'www.foobar.com', 'User-Agent': 'web-stack-tutor', 'Accept-Encoding': 'gzip' },
      statusLine: 'HTTP/1.1 200 OK',
      headers: { 'Content-Type': 'text/css', 'X-Thing': 'a, b' },
      bytes: 7,
    });
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
  });

  it('has times that fit into each other', async () => {
    const { browser } = await labWith((_, answer) => void setTimeout(() => answer.end('late'), 60));
    const { hops, durationMs } = await browser.request('/');
    let end = 0;
    for (const { startMs = Number.NaN, durationMs: own } of hops) {
      expect(startMs).toBeGreaterThanOrEqual(end);
      end = startMs + own;
    }
    expect(durationMs).toBeGreaterThanOrEqual(end - 0.01);
    const { waitMs = 0, durationMs: whole } = hop(hops, 'http');
    expect(waitMs).toBeGreaterThan(50);
    expect(whole).toBeGreaterThanOrEqual(waitMs);
  });

  it('shows a redirect and does not follow it', async () => {
    const { browser, web } = await labWith((_, answer) =>
      answer.writeHead(303, { Location: '/there' }).end(),
    );
    const trace = await browser.request('/');
    expect(trace.outcome).toBe('303 from web');
    expect(hop(trace.hops, 'http').headers.Location).toBe('/there');
    expect(web.connections).toBe(1);
  });

  it('unpacks gzip and counts what was sent', async () => {
    const packed = gzipSync('hello '.repeat(1000));
    const { browser } = await labWith((_, answer) =>
      answer.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packed),
    );
    const trace = await browser.request('/');
    expect(trace.body).toBe('hello '.repeat(1000));
    expect(hop(trace.hops, 'http').bytes).toBe(packed.length);
  });

  it.each([
    ['plain', (text: Buffer) => text, {}],
    ['packed', gzipSync, { 'Content-Encoding': 'gzip' }],
  ])('keeps one megabyte of a larger body, %s', async (_, pack, headers) => {
    const size = 3 * 1024 * 1024;
    const { browser } = await labWith((_request, answer) =>
      answer.writeHead(200, headers).end(pack(Buffer.alloc(size, 'x'))),
    );
    expect((await browser.request('/')).body).toBe('x'.repeat(1024 * 1024));
  });

  it('sends a form as the page of the site would', async () => {
    const { browser } = await labWith((request, answer) => {
      request.setEncoding('utf8').on('data', text => answer.end(`${request.method} ${text}`));
    });
    const trace = await browser.request('/sign-in', { form: { name: 'Ada & Co', text: 'ä=1' } });
    expect(trace).toMatchObject({ method: 'POST', body: 'POST name=Ada+%26+Co&text=%C3%A4%3D1' });
    expect(hop(trace.hops, 'http').requestHeaders).toMatchObject({
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': '31',
      Origin: 'http://www.foobar.com',
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'navigate',
    });
  });

  it('needs no DNS for an address', async () => {
    const { browser } = await labWith((request, answer) => answer.end(request.headers.host));
    const trace = await browser.request('http://8.8.8.8/');
    expect(trace).toMatchObject({ outcome: '200 from web', via: ['web'], body: '8.8.8.8' });
    expect(kinds(trace.hops)).toEqual(['tcp', 'http']);
  });

  it('follows a CNAME', async () => {
    const { browser } = await labWith(hello, { lines: ['blog CNAME www'] });
    const trace = await browser.request('blog.foobar.com');
    expect(trace).toMatchObject({ outcome: '200 from web', url: 'http://blog.foobar.com/' });
    expect(hop(trace.hops, 'dns').answers).toEqual([
      'blog.foobar.com. 300 IN CNAME www.foobar.com.',
      'www.foobar.com. 300 IN A 8.8.8.8',
    ]);
  });

  it('goes on to the next address when one refuses', async () => {
    const dead = await nobody();
    const { browser, book } = await labWith(hello, { lines: ['two A 192.0.2.1', 'two A 8.8.8.8'] });
    enter(book, { ...plan('web', '192.0.2.1', 80), id: 'web@server-2', server: 'server-2' }, dead);
    const trace = await browser.request('http://two.foobar.com/');
    expect(trace.outcome).toBe('200 from web');
    expect(trace.hops.flatMap(one => (one.part === 'tcp' ? [[one.address, one.failure]] : []))).toEqual([
      ['192.0.2.1:80', 'refused'],
      ['8.8.8.8:80', undefined],
    ]);
    // DNS gives them in another order now, and the first one is enough.
    browser.forget();
    expect(kinds((await browser.request('http://two.foobar.com/')).hops).slice(2)).toEqual([
      'dns',
      'tcp',
      'http',
    ]);
  });
});

describe('the caches', () => {
  it('answer for the TTL of the record, and then DNS is asked again', async () => {
    const { browser, clock } = await labWith(hello);
    await browser.request('/');
    clock.now += 299_000;
    const cached = await browser.request('/');
    expect(kinds(cached.hops)).toEqual(['browser cache hit', 'tcp', 'http']);
    expect(hop(cached.hops, 'names')).toMatchObject({ name: 'www.foobar.com', address: '8.8.8.8', ttl: 1 });
    expect(cached.via).toEqual(['web']);
    clock.now += 1000;
    expect(kinds((await browser.request('/')).hops)).toContain('dns');
  });

  it.each([
    ['alias 20 CNAME short', 'short 300 A 8.8.8.8'],
    ['alias 300 CNAME short', 'short 20 A 8.8.8.8'],
  ])('keep a chain for its shortest TTL: %s, %s', async (...lines) => {
    const { browser, clock } = await labWith(hello, { lines });
    await browser.request('http://alias.foobar.com/');
    clock.now += 19_000;
    expect(hop((await browser.request('http://alias.foobar.com/')).hops, 'names').ttl).toBe(1);
  });

  it('keep working while DNS is down, and forget when told', async () => {
    let down: Endpoint | undefined;
    const resolvers = () => [{ story: { host: '192.0.2.53', port: 53 }, here: down ?? dns.here }];
    const { browser, dns } = await labWith(hello, { resolvers });
    await browser.request('/');
    down = await nobody();
    expect((await browser.request('/')).outcome).toBe('200 from web');
    browser.forget();
    expect((await browser.request('/')).outcome).toBe('dns-unreachable');
  });

  it('remember for the minimum of the SOA that a name does not exist', async () => {
    const { browser, clock } = await labWith(hello);
    expect((await browser.request('http://nope.foobar.com/')).hops).toHaveLength(3);
    clock.now += 59_000;
    const cached = await browser.request('http://NOPE.foobar.com/');
    expect(cached).toMatchObject({
      outcome: 'nxdomain',
      via: [],
      message: "the browser's cache remembers for 1 s more that nope.foobar.com has no entry in DNS",
      hops: [{ part: 'names', hit: true, failure: 'nxdomain', ttl: 1 }],
    });
    clock.now += 1000;
    expect((await browser.request('http://nope.foobar.com/')).hops).toHaveLength(3);
  });
});

describe('cookies', () => {
  it('come back to the site until they are forgotten', async () => {
    const { browser } = await labWith((request, answer) => {
      answer.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; HttpOnly; SameSite=Lax']);
      answer.end(request.headers.cookie ?? 'none');
    });
    expect((await browser.request('/')).body).toBe('none');
    expect((await browser.request('/page', { form: {} })).body).toBe('a=1; b=2');
    expect((await browser.request('http://8.8.8.8/')).body).toBe('none');
    browser.forget();
    expect((await browser.request('/')).body).toBe('none');
  });
});

describe('a failure is named by who said it', () => {
  const outcome = async (lab: Lab, target = '/') => {
    const trace = await lab.browser.request(target);
    expect(trace.outcome).toBe(trace.failure);
    expect(trace.status).toBeUndefined();
    return { failure: trace.failure, message: trace.message, via: trace.via, hops: trace.hops };
  };

  it('nxdomain: the name server', async () => {
    expect(await outcome(await labWith(hello), 'http://nope.foobar.com/')).toMatchObject({
      failure: 'nxdomain',
      message: '192.0.2.53 answered NXDOMAIN: there is no name nope.foobar.com',
      via: ['dns'],
      hops: [
        {},
        {},
        { rcode: 'NXDOMAIN', failure: 'nxdomain', authorities: [expect.stringMatching(/ SOA /)] },
      ],
    });
  });

  it('nodata: the name server', async () => {
    expect(await outcome(await labWith(hello, { lines: ['text TXT "x"'] }), 'text.foobar.com')).toMatchObject(
      {
        failure: 'nodata',
        message: '192.0.2.53 answered that text.foobar.com exists but has no A record',
        via: ['dns'],
        hops: [{}, {}, { rcode: 'NOERROR', failure: 'nodata' }],
      },
    );
  });

  it('dns-unreachable: nothing listens', async () => {
    const here = await nobody();
    const resolvers = () => [{ story: { host: '192.0.2.53', port: 53 }, here }];
    const found = await outcome(await labWith(hello, { resolvers }));
    expect(found).toMatchObject({
      failure: 'dns-unreachable',
      message: 'the operating system of 192.0.2.53 refused: no name server listens on udp port 53',
      via: [],
    });
    expect(hop(found.hops, 'dns').rcode).toBeUndefined();
  });

  it('dns-unreachable: nobody, when nothing comes', async () => {
    const here = await nobody();
    const silent = createSocket('udp4').bind(here.port, here.host);
    cleanup.push(async () => void silent.close());
    await once(silent, 'listening');
    const resolvers = () => [{ story: { host: '192.0.2.53', port: 53 }, here }];
    const found = await outcome(
      await labWith(hello, { resolvers, deadlines: { dnsTryMs: 30, dnsTries: 2 } }),
    );
    expect(found).toMatchObject({
      failure: 'dns-unreachable',
      message:
        'no answer from the name server 192.0.2.53 within 0.06 s (asked 2 times; this lab gives up sooner than others do)',
      via: [],
    });
  });

  it('dns-unreachable: the server knows nothing of that name', async () => {
    const lab = await labWith(hello, { lines: ['away CNAME www.example.org.'] });
    expect(await outcome(lab, 'http://www.example.org/')).toMatchObject({
      failure: 'dns-unreachable',
      message: '192.0.2.53 answered REFUSED: it cannot say anything about www.example.org',
      via: ['dns'],
    });
    const away = await outcome(lab, 'http://away.foobar.com/');
    expect(away.failure).toBe('dns-unreachable');
    expect(away.hops.flatMap(one => (one.part === 'dns' ? [one.question] : []))).toEqual([
      'away.foobar.com A',
      'www.example.org A',
    ]);
  });

  it('refused: the operating system', async () => {
    const found = await outcome(await started(startLab(await nobody())));
    expect(found).toMatchObject({
      failure: 'refused',
      message: 'the operating system of 8.8.8.8 refused: nothing listens on port 80',
      via: ['dns'],
    });
    expect(kinds(found.hops)).toEqual(['browser cache miss', 'system cache miss', 'dns', 'tcp']);
    expect(hop(found.hops, 'tcp').failure).toBe('refused');
  });

  it('reset: the operating system, when the connection is torn down', async () => {
    const web = await started(tcpServer(socket => socket.once('data', () => socket.resetAndDestroy())));
    const found = await outcome(await started(startLab(web.here)));
    expect(found).toMatchObject({
      failure: 'reset',
      message: 'the operating system of 8.8.8.8:80 reset the connection: whoever had accepted it is gone',
    });
    expect(hop(found.hops, 'http').failure).toBe('reset');
  });

  it('reset: the server, when it closes without an answer', async () => {
    const web = await started(tcpServer(socket => socket.once('data', () => socket.end())));
    expect((await outcome(await started(startLab(web.here)))).message).toBe(
      '8.8.8.8:80 closed the connection without an answer',
    );
  });

  it('reset: the server, in the middle of its answer', async () => {
    const web = await started(
      tcpServer(socket =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
      ),
    );
    const found = await outcome(await started(startLab(web.here)));
    expect(found.message).toBe('8.8.8.8:80 ended the connection in the middle of its answer');
    expect(hop(found.hops, 'http')).toMatchObject({
      statusLine: 'HTTP/1.1 200 OK',
      bytes: 4,
      failure: 'reset',
    });
  });

  it('reset: the browser, when the answer is not HTTP', async () => {
    const web = await started(tcpServer(socket => socket.end('220 mail.foobar.com ESMTP\r\n')));
    expect((await outcome(await started(startLab(web.here)))).message).toBe(
      '8.8.8.8:80 answered something that is not HTTP, so the browser hung up',
    );
  });

  it('timeout: nobody, when a connection stands and nothing comes', async () => {
    const web = await started(tcpServer(socket => socket.resume()));
    const found = await outcome(await started(startLab(web.here, { deadlines: { answerMs: 80 } })));
    expect(found).toMatchObject({
      failure: 'timeout',
      message:
        '8.8.8.8:80 accepted the connection but answered nothing within 0.08 s (this browser gives up sooner than others)',
    });
    expect(hop(found.hops, 'http').durationMs).toBeGreaterThanOrEqual(79);
    await until(() => web.open === 0);
  });

  it('timeout: the server, when its answer never ends', async () => {
    const lab = await labWith((_, answer) => void answer.write('more '), { deadlines: { answerMs: 300 } });
    const found = await outcome(lab);
    expect(found.message).toMatch(
      /^8\.8\.8\.8:80 accepted the connection but did not finish its answer within 0\.3 s/,
    );
    expect(hop(found.hops, 'http').bytes).toBe(5);
  });
});

describe('what is not in the address book is never dialled', () => {
  const cases: [string, string, string][] = [
    [
      'http://192.0.2.99/',
      'timeout',
      'this lab has no machine 192.0.2.99, so nothing was sent; nobody would answer, and a browser would wait in vain',
    ],
    ['http://8.8.8.8:8000/', 'refused', '8.8.8.8 refused: nothing listens on its port 8000'],
    [
      'http://[2001:db8::1]/',
      'timeout',
      'this lab has no machine 2001:db8::1, so nothing was sent; nobody would answer, and a browser would wait in vain',
    ],
    [
      'http://127.0.0.1:8000/',
      'refused',
      "127.0.0.1 always means the machine that asks, here the browser's own, and nothing listens there on port 8000",
    ],
  ];
  it.each(cases)('%s: %s', async (target, failure, message) => {
    const { browser, web } = await labWith(hello);
    const trace = await browser.request(target);
    expect(trace).toMatchObject({
      outcome: failure,
      message,
      via: [],
      hops: [{ part: 'tcp', here: '', failure }],
    });
    expect(web.connections).toBe(0);
  });

  it('also when only its own server can reach it', async () => {
    const { browser, book, web } = await labWith(hello);
    enter(book, plan('db', '10.0.0.12', 3306, false), web.here);
    expect((await browser.request('http://10.0.0.12:3306/')).outcome).toBe('timeout');
    expect(web.connections).toBe(0);
  });

  it('not even on the port where a part really is', async () => {
    const { browser, web } = await labWith(hello);
    expect((await browser.request(`http://127.0.0.1:${web.here.port}/`)).outcome).toBe('refused');
    expect(web.connections).toBe(0);
  });
});

describe('resolve', () => {
  it('gives the data of the asked type behind all CNAMEs', async () => {
    const { browser } = await labWith(hello, { lines: ['blog CNAME www', '@ TXT "a; b" "c"'] });
    expect(await browser.resolve('blog.foobar.com.', 'a')).toMatchObject({
      name: 'blog.foobar.com',
      type: 'A',
      outcome: 'ok',
      values: ['8.8.8.8'],
      hop: { part: 'dns', rcode: 'NOERROR' },
    });
    expect((await browser.resolve('blog.foobar.com', 'CNAME')).values).toEqual(['www.foobar.com.']);
    expect((await browser.resolve('foobar.com', 'TXT')).values).toEqual(['"a; b" "c"']);
    expect((await browser.resolve('foobar.com', 'SOA')).values).toEqual([
      'ns1.foobar.com. hostmaster.foobar.com. 1 3600 600 604800 60',
    ]);
  });

  it('goes past the caches and leaves them alone', async () => {
    const { browser } = await labWith(hello);
    await browser.resolve('www.foobar.com', 'A');
    const { hops } = await browser.request('/');
    expect(kinds(hops).slice(0, 3)).toEqual(['browser cache miss', 'system cache miss', 'dns']);
    expect((await browser.resolve('www.foobar.com', 'A')).hop.answers).toEqual([
      'www.foobar.com. 300 IN A 8.8.8.8',
    ]);
  });

  it('tells the failures apart', async () => {
    const { browser } = await labWith(hello);
    expect(await browser.resolve('nope.foobar.com', 'A')).toMatchObject({ outcome: 'nxdomain', values: [] });
    expect(await browser.resolve('www.foobar.com', 'AAAA')).toMatchObject({ outcome: 'nodata', values: [] });
    expect(await browser.resolve('example.org', 'A')).toMatchObject({
      outcome: 'dns-unreachable',
      values: [],
    });
  });

  it('asks over TCP for what does not fit into UDP', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `big TXT "${i}" "${'x'.repeat(200)}"`);
    const { browser } = await labWith(hello, { lines });
    const { values, hop: asked } = await browser.resolve('big.foobar.com', 'TXT');
    expect(values).toHaveLength(9);
    expect(asked.transport).toBe('tcp');
  });

  it.each([
    ['a..b', 'A', '"a..b" is no name that DNS can be asked for'],
    ['', 'A', '"" is no name that DNS can be asked for'],
    [`${'a'.repeat(64)}.com`, 'A', `"${'a'.repeat(64)}.com" is no name that DNS can be asked for`],
    ['foobar.com', 'B', '"B" is no record type known here; known are A, AAAA, CNAME, MX, NS, SOA, TXT'],
  ])('refuses %j %s', async (name, type, message) => {
    const { browser } = await labWith(hello);
    await expect(browser.resolve(name, type)).rejects.toThrow(new StackError(message));
  });
});

describe('the hops inside the server', () => {
  const webHop: Hop = {
    part: 'web',
    server: 'server-1',
    status: 200,
    upstream: [],
    log: '',
    durationMs: 1,
  };
  const appHop: Hop = {
    part: 'app',
    server: 'server-1',
    version: 'v1',
    status: 200,
    worker: 1,
    queueMs: 0,
    file: 'pages.ts',
    queries: 1,
    log: '',
    durationMs: 1,
  };

  it('are joined by the request id, and the answer is from the app when it signed it', async () => {
    const asked: string[] = [];
    const witness = (part: 'web' | 'app', found: Hop) => ({
      plan: { part, server: 'server-1' },
      evidence: {
        find: async (id: string) => {
          asked.push(`${part} ${id}`);
          return found;
        },
      },
    });
    const { browser } = await labWith(
      (_, answer) => answer.writeHead(404, { 'x-request-id': 'abc', 'X-Served-By': 'app@server-1' }).end(),
      { evidence: () => [witness('app', appHop), witness('web', webHop)] },
    );
    const trace = await browser.request('/');
    expect(trace).toMatchObject({
      outcome: '404 from app',
      from: 'app',
      requestId: 'abc',
      // The app says that the database answered it, though the database has not reported it.
      via: ['dns', 'web', 'app', 'db'],
    });
    expect(kinds(trace.hops).slice(-3)).toEqual(['http', 'web', 'app']);
    expect(asked).toEqual(['web abc', 'app abc']);
  });

  it('are not looked for when the answer has no request id', async () => {
    const evidence = () => {
      throw new Error('asked for evidence');
    };
    const { browser } = await labWith(hello, { evidence });
    const trace = await browser.request('/');
    expect(trace.outcome).toBe('200 from web');
    expect('requestId' in trace).toBe(false);
  });
});

describe('cancelling', () => {
  it('ends a request that waits, with the reason', async () => {
    const abort = new AbortController();
    const web = await started(
      tcpServer(socket => socket.once('data', () => abort.abort(new Error('enough')))),
    );
    const { browser } = await started(startLab(web.here));
    await expect(browser.request('/', { signal: abort.signal })).rejects.toThrow('enough');
  });

  it('does not begin when it is too late', async () => {
    const { browser, web } = await labWith(hello);
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(browser.request('/', { signal })).rejects.toThrow('too late');
    await expect(browser.resolve('www.foobar.com', 'A', signal)).rejects.toThrow('too late');
    expect(web.connections).toBe(0);
  });
});
