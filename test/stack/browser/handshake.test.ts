import { createServer as createHttpsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserDeps } from '../../../src/stack/browser/browser.ts';
import type { Hop, TlsHop, Trace } from '../../../src/stack/browser/trace.ts';
import {
  type Authority,
  createAuthority,
  type Identity,
  selfSigned,
} from '../../../src/stack/tls/authority.ts';
import { until } from '../../until.ts';
import { httpServer, type Lab, type Listening, nobody, startLab, tcpServer, tlsServer } from './lab.ts';

const hour = 3600_000;
const around = { from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) };

let authority: Authority;
let site: Identity;
beforeAll(async () => {
  authority = await createAuthority('test authority', around);
  site = await authority.issue(['www.foobar.com'], around);
});

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanup.splice(0).reverse()) await close();
});
const started = async <T extends { close(): Promise<void> }>(thing: Promise<T>): Promise<T> => {
  const ready = await thing;
  cleanup.push(() => ready.close());
  return ready;
};

/** A lab where `secure` plays 8.8.8.8:443. */
const labWith = async (
  secure: Promise<Listening>,
  deps: Partial<BrowserDeps> = {},
): Promise<Lab & { server: Listening }> => {
  const server = await started(secure);
  const options = { secure: server.here, authority: async () => authority.certificate, ...deps };
  return { ...(await started(startLab(await nobody(), options))), server };
};

const hello = (identity: Identity, options: object = {}) =>
  tlsServer(
    { cert: identity.certificate, key: identity.key, ALPNProtocols: ['http/1.1'], ...options },
    socket => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));
    },
  );

const tlsOf = ({ hops }: { hops: Hop[] }): TlsHop => {
  const found = hops.find(hop => hop.part === 'tls');
  if (!found) throw new Error('no tls hop');
  return found;
};

const ask = (browser: Lab['browser'], host = 'www.foobar.com'): Promise<Trace> =>
  browser.request(`https://${host}/page`);

describe('a TLS handshake', () => {
  it('comes between TCP and HTTP, and says what was agreed on', async () => {
    const { browser } = await labWith(hello(site));
    const trace = await ask(browser);
    expect([trace.outcome, trace.body, trace.url]).toEqual([
      '200 from web',
      'hello',
      'https://www.foobar.com/page',
    ]);
    expect(trace.hops.map(({ part }) => part).join(' ')).toMatch(/dns tcp tls http$/);
    const [tcp, tls, http] = trace.hops.slice(-3);
    expect(tls).toEqual({
      part: 'tls',
      address: '8.8.8.8:443',
      serverName: 'www.foobar.com',
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      alpn: 'http/1.1',
      certificate: {
        subject: 'CN=www.foobar.com',
        issuer: 'CN=test authority',
        // Certificates count whole seconds.
        validFrom: `${around.from.toISOString().slice(0, 19)}.000Z`,
        validTo: `${around.to.toISOString().slice(0, 19)}.000Z`,
        names: ['www.foobar.com'],
      },
      roundTrips: 1,
      startMs: expect.any(Number),
      durationMs: expect.any(Number),
    });
    expect(tls?.startMs).toBeGreaterThanOrEqual((tcp?.startMs ?? 0) + (tcp?.durationMs ?? 0));
    expect(http?.startMs).toBeGreaterThanOrEqual((tls?.startMs ?? 0) + (tls?.durationMs ?? 0));
  });

  it.each([
    ['TLS 1.3', { minVersion: 'TLSv1.3' }, 1],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 2],
    // The browser has guessed another curve, and has to begin again.
    ['TLS 1.3 with a curve that was not guessed', { minVersion: 'TLSv1.3', ecdhCurve: 'secp384r1' }, 2],
  ])('counts the round trips of %s', async (_, options, roundTrips) => {
    const { browser } = await labWith(hello(site, options));
    const trace = await ask(browser);
    expect([trace.outcome, tlsOf(trace).roundTrips]).toEqual(['200 from web', roundTrips]);
  });

  it('asks an address for no name', async () => {
    const { browser } = await labWith(hello(site));
    const trace = await ask(browser, '8.8.8.8');
    expect([trace.outcome, 'serverName' in tlsOf(trace)]).toEqual(['tls-name', false]);
    expect(trace.message).toContain('the certificate is for www.foobar.com, not for 8.8.8.8');
  });

  it('does not count what it takes to make the certificates', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const { browser } = await labWith(hello(site), { authority: () => promise });
    const begun = performance.now();
    const asked = ask(browser);
    await sleep(100);
    const waited = performance.now() - begun;
    resolve(authority.certificate);
    const { durationMs, outcome } = await asked;
    const whole = performance.now() - begun;
    expect(outcome).toBe('200 from web');
    expect(durationMs).toBeLessThanOrEqual(whole - waited);
  });

  it('needs no authority for http://', async () => {
    const web = await started(httpServer((_, answer) => answer.end('plain')));
    const { browser } = await started(startLab(web.here));
    expect((await browser.request('/')).body).toBe('plain');
  });

  it('has an HTTP server behind it that sees a POST with its cookie', async () => {
    const seen: string[] = [];
    const https = createHttpsServer({ cert: site.certificate, key: site.key }, (request, response) => {
      seen.push(`${request.method} ${request.headers.cookie ?? 'none'} ${request.headers.origin ?? ''}`);
      response.writeHead(200, { 'Set-Cookie': 'a=1; Secure; HttpOnly' }).end('x'.repeat(100_000));
    });
    https.listen(0, '127.0.0.1');
    await new Promise(resolve => https.once('listening', resolve));
    cleanup.push(() => new Promise(resolve => https.close(() => resolve())));
    const here = { host: '127.0.0.1', port: (https.address() as { port: number }).port };
    const { browser } = await started(
      startLab(await nobody(), { secure: here, authority: async () => authority.certificate }),
    );
    expect((await ask(browser)).body).toHaveLength(100_000);
    await browser.request('https://www.foobar.com/', { form: { a: 'b' } });
    expect(seen).toEqual(['GET none ', 'POST a=1 https://www.foobar.com']);
  });
});

describe('the browser refuses', () => {
  const days = (from: number, to: number) => ({
    from: new Date(Date.now() + from * 24 * hour),
    to: new Date(Date.now() + to * 24 * hour),
  });
  it.each<[string, string, string, () => Promise<Identity>]>([
    [
      'an expired certificate',
      'tls-expired',
      'expired on',
      () => authority.issue(['www.foobar.com'], days(-2, -1)),
    ],
    [
      'one of tomorrow',
      'tls-expired',
      'is not valid before',
      () => authority.issue(['www.foobar.com'], days(1, 2)),
    ],
    [
      'one for others',
      'tls-name',
      'is for a.test, b.test, not for www.foobar.com',
      () => authority.issue(['a.test', 'b.test'], around),
    ],
    [
      'one that is signed by itself',
      'tls-untrusted',
      'signed by itself',
      () => selfSigned(['www.foobar.com'], around),
    ],
    [
      'one of an unknown authority',
      'tls-untrusted',
      'does not know: CN=somebody',
      async () => (await createAuthority('somebody', around)).issue(['www.foobar.com'], around),
    ],
    [
      'one of an impostor with the name of the right authority',
      'tls-untrusted',
      'does not know: CN=test authority',
      async () => (await createAuthority('test authority', around)).issue(['www.foobar.com'], around),
    ],
  ])('%s, and sends nothing', async (_, failure, message, make) => {
    const identity = await make();
    let received = '';
    const server = tlsServer({ cert: identity.certificate, key: identity.key }, socket => {
      socket
        .on('error', () => {})
        .on('data', chunk => {
          received += chunk;
        });
    });
    const { browser, server: listening } = await labWith(server);
    const trace = await ask(browser);
    expect([trace.outcome, trace.failure, trace.status, trace.via]).toEqual([
      failure,
      failure,
      undefined,
      ['dns'],
    ]);
    expect(trace.message).toContain(message);
    expect(trace.hops.at(-1)).toMatchObject({ part: 'tls', failure, version: 'TLSv1.3', roundTrips: 1 });
    expect(tlsOf(trace).certificate?.names).not.toEqual([]);
    await until(() => listening.open === 0);
    expect(received).toBe('');
  });
});

describe('a handshake fails', () => {
  it.each<[string, string, () => Promise<Listening>]>([
    [
      'where plain HTTP is spoken',
      'reset: answered something that is not TLS',
      () => httpServer((_, answer) => answer.end()),
    ],
    [
      'where something else is spoken',
      'reset: answered something that is not TLS',
      () => tcpServer(socket => socket.resume().end('220 hello\r\n')),
    ],
    [
      'when the other side hangs up',
      'reset: closed the connection during the TLS handshake',
      () => tcpServer(socket => socket.once('data', () => socket.end())),
    ],
    [
      'when it hangs up at once',
      'reset: closed the connection during the TLS handshake',
      () => tcpServer(socket => socket.resume().end()),
    ],
    [
      'when the operating system resets it',
      'reset: reset the connection during the TLS handshake',
      () => tcpServer(socket => socket.once('data', () => socket.resetAndDestroy())),
    ],
    [
      'when nobody says a word',
      'timeout: did not finish the TLS handshake within 0.2 s',
      () => tcpServer(socket => socket.resume()),
    ],
    [
      'when there is no version in common',
      'reset: broke the TLS handshake off: tlsv1 alert protocol version',
      () => hello(site, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ],
    [
      'when there is no protocol in common',
      'reset: broke the TLS handshake off: ',
      () => hello(site, { ALPNProtocols: ['h2'] }),
    ],
  ])('%s', async (_, expected, server) => {
    const [failure = '', message = ''] = expected.split(/: (.*)/);
    // Only where it is what is waited for.
    const deadlines = failure === 'timeout' ? { deadlines: { handshakeMs: 200 } } : {};
    const { browser, server: listening } = await labWith(server(), deadlines);
    const trace = await ask(browser);
    expect([trace.outcome, trace.failure]).toEqual([failure, failure]);
    expect(trace.message).toContain(message);
    expect(trace.hops.at(-1)).toMatchObject({ part: 'tls', address: '8.8.8.8:443', failure });
    expect(trace.hops.at(-1)).not.toHaveProperty('certificate');
    await until(() => listening.open === 0);
  });

  it('when the learner cancels it', async () => {
    const { browser, server } = await labWith(tcpServer(socket => socket.resume()));
    const controller = new AbortController();
    const asked = browser.request('https://www.foobar.com/', { signal: controller.signal });
    await until(() => server.open === 1);
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await until(() => server.open === 0);
  });

  it('after it succeeded, as any other exchange', async () => {
    const { browser } = await labWith(
      tlsServer({ cert: site.certificate, key: site.key }, socket => {
        socket.on('error', () => {}).once('data', () => socket.destroy());
      }),
    );
    const trace = await ask(browser);
    expect([trace.outcome, trace.hops.at(-1)?.part]).toEqual(['reset', 'http']);
    expect(trace.message).toContain('closed the connection without an answer');
  });
});
