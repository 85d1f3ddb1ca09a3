import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import type { Trace } from '../../../src/stack/browser/trace.ts';
import { openRelay } from '../../../src/stack/links/relay.ts';
import { type Authority, createAuthority, type Identity } from '../../../src/stack/tls/authority.ts';
import { until } from '../../until.ts';
import { httpServer, type Lab, nobody, startLab, tcpServer, tlsServer } from './lab.ts';

const addedMs = 80;
const hour = 3600_000;
const around = { from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) };

let authority: Authority;
let site: Identity;
beforeAll(async () => {
  authority = await createAuthority('test authority', around);
  site = await authority.issue(['www.foobar.com'], around);
});

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanup.splice(0).reverse()) await close();
});

const relayTo = async (to: Endpoint): Promise<Endpoint> => {
  const relay = await openRelay(to, addedMs);
  cleanup.push(() => relay.close());
  return relay.here;
};

/** A lab whose web server can be put far away. */
const labAt = async (web: Endpoint, secure: Endpoint): Promise<Lab & { move(): Promise<void> }> => {
  const lab = await startLab(web, { secure, authority: async () => authority.certificate });
  cleanup.push(() => lab.close());
  return {
    ...lab,
    move: async () =>
      lab.book.move('web@server-1', {
        addedMs,
        here: await relayTo(web),
        secure: await relayTo(secure),
      }),
  };
};
const startWeb = async (): Promise<[Endpoint, Endpoint]> => {
  const web = await httpServer((_, answer) => void answer.end('hello'));
  const secure = await tlsServer({ cert: site.certificate, key: site.key }, socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));
  });
  cleanup.push(
    () => web.close(),
    () => secure.close(),
  );
  return [web.here, secure.here];
};
const added = ({ hops }: Trace) =>
  hops.flatMap(({ part, addedMs }) => (['tcp', 'tls', 'http'].includes(part) ? [[part, addedMs]] : []));

it.each([
  ['http://www.foobar.com/', ['tcp', 'http']],
  ['https://www.foobar.com/', ['tcp', 'tls', 'http']],
])('%s takes as much longer for each round trip, and each hop says so', async (url, parts) => {
  const { browser, move } = await labAt(...(await startWeb()));
  const near = await browser.request(url);
  expect(added(near)).toEqual(parts.map(part => [part, undefined]));
  await move();
  const far = await browser.request(url);
  expect([far.outcome, far.body]).toEqual(['200 from web', 'hello']);
  expect(added(far)).toEqual(parts.map(part => [part, addedMs]));
  for (const hop of far.hops)
    if (hop.addedMs !== undefined) expect(hop.durationMs).toBeGreaterThanOrEqual(hop.addedMs - 1);
  expect(far.durationMs).toBeGreaterThanOrEqual(parts.length * addedMs);
});

it('refuses a round trip later when nobody listens', async () => {
  const { browser, move } = await labAt(await nobody(), await nobody());
  await move();
  const trace = await browser.request('/');
  expect([trace.outcome, trace.message]).toEqual([
    'refused',
    'the operating system of 8.8.8.8 refused: nothing listens on port 80',
  ]);
  expect(added(trace)).toEqual([['tcp', addedMs]]);
});

it('is as near as it was when it is moved back', async () => {
  const { book, browser, move } = await labAt(...(await startWeb()));
  const before = book.doors();
  await move();
  expect(book.doors()).not.toEqual(before);
  book.move('web@server-1');
  expect(book.doors()).toEqual(before);
  expect(added(await browser.request('/'))).toEqual([
    ['tcp', undefined],
    ['http', undefined],
  ]);
});

it('can be cancelled while it waits for the other end', async () => {
  const silent = await tcpServer(socket => void socket.resume());
  cleanup.push(() => silent.close());
  const lab = await startLab(silent.here, { deadlines: { connectMs: 600_000 } });
  cleanup.push(() => lab.close());
  lab.book.move('web@server-1', { addedMs, here: silent.here });
  const abort = new AbortController();
  const asked = lab.browser.request('/', { signal: abort.signal });
  asked.catch(() => {});
  await until(() => silent.open === 1);
  abort.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await until(() => silent.open === 0);
});
