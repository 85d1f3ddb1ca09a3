import { describe, expect, test } from 'vitest';
import { refusalPage } from '../../../src/stack/proxy/refusal.ts';
import { until } from '../../until.ts';
import { httpServer, nobody } from '../browser/lab.ts';
import { dial, during, startProxyLab } from './lab.ts';

const startWeb = () => during(httpServer((_, reply) => reply.end('ok')));

/** The answer to GET of one URL over a connection of its own. */
const get = async ({ here }: { here: { host: string; port: number } }, url: string, ...fields: string[]) => {
  const client = dial(here);
  client.say(`GET ${url} HTTP/1.1`, 'Host: x', 'Connection: close', ...fields, '', '');
  await client.isClosed();
  const [head = '', body = ''] = client.heard.split('\r\n\r\n');
  return { head, body };
};

describe('what is not in the lab', () => {
  test.each([
    [
      'http://nobody.foobar.com/',
      'nxdomain',
      '192.0.2.53 answered NXDOMAIN: there is no name nobody.foobar.com',
    ],
    ['http://empty.foobar.com/', 'nodata', 'empty.foobar.com exists but has no A record'],
    ['http://www.example.com/', 'dns-unreachable', '192.0.2.53 answered REFUSED'],
    ['http://localhost/', 'dns-unreachable', '192.0.2.53 answered REFUSED'],
    ['http://elsewhere.foobar.com/', 'timeout', 'this lab has no machine 203.0.113.9, so nothing was sent'],
    ['http://9.9.9.9/', 'timeout', 'this lab has no machine 9.9.9.9, so nothing was sent'],
    ['http://8.8.8.8:81/', 'refused', '8.8.8.8 refused: nothing listens on its port 81'],
    ['http://[2001:db8::1]/', 'timeout', 'this lab has no machine 2001:db8::1'],
    ['http://134744072/', 'dns-unreachable', '192.0.2.53 answered REFUSED'],
  ])('%s is answered by the proxy: %s', async (url, failure, sentence) => {
    const web = await startWeb();
    const { proxy } = await startProxyLab(web.here, {}, [
      'empty TXT "no address"',
      'elsewhere A 203.0.113.9',
    ]);
    const { head, body } = await get(proxy, url);
    expect(head).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(head).toContain(`details="${failure}"`);
    expect(body).toContain("says the lab's proxy");
    expect(body).toContain(`${failure}: `);
    expect(body).toContain(sentence);
    expect(web.connections).toBe(0);
  });

  test('this machine is not in it either: nothing of its own is dialled', async () => {
    const secret = await startWeb();
    const { proxy } = await startProxyLab((await startWeb()).here);
    const { host, port } = secret.here;
    for (const name of [host, 'localhost', '[::1]', '0.0.0.0', '127.1', '2130706433']) {
      expect((await get(proxy, `http://${name}:${port}/`)).head).toMatch(/^HTTP\/1\.1 502 /);
      const client = dial(proxy.here);
      client.say(`CONNECT ${name}:${port} HTTP/1.1`, 'Host: x', '', '');
      await client.hears('HTTP/1.1 502 ');
    }
    expect(secret.connections).toBe(0);
  });

  test('a stopped web server is said to refuse', async () => {
    const { proxy } = await startProxyLab(await nobody());
    const { head, body } = await get(proxy, 'http://www.foobar.com/');
    expect(head).toMatch(/^HTTP\/1\.1 502 /);
    expect(body).toContain('refused: the operating system of 8.8.8.8 refused: nothing listens on port 80');
  });
});

describe('what is no request for a proxy', () => {
  test.each([
    ['/', 'this is a proxy and no website'],
    ['https://www.foobar.com/', 'ask it for a tunnel (CONNECT)'],
    ['ftp://www.foobar.com/', 'the proxy knows http://HOST/PATH'],
    ['http://user:secret@www.foobar.com/', 'the proxy knows http://HOST/PATH'],
  ])('%s', async (url, sentence) => {
    const web = await startWeb();
    const { proxy } = await startProxyLab(web.here);
    const { head, body } = await get(proxy, url);
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(body).toContain(sentence);
    expect(web.connections).toBe(0);
  });
});

describe('names', () => {
  const url = 'http://www.foobar.com/';

  test('are remembered for the TTL of the answer, and not longer', async () => {
    const lab = await startProxyLab((await startWeb()).here);
    await get(lab.proxy, url);
    lab.clock.now += 299_000;
    expect((await get(lab.proxy, 'http://WWW.foobar.com./')).head).toContain(' 200 ');
    expect(lab.questions).toBe(1);
    lab.clock.now += 1_000;
    await get(lab.proxy, url);
    expect(lab.questions).toBe(2);
  });

  test('and so is that there is none', async () => {
    const lab = await startProxyLab((await startWeb()).here);
    await get(lab.proxy, 'http://nobody.foobar.com/');
    const { body } = await get(lab.proxy, 'http://nobody.foobar.com/');
    expect(body).toMatch(
      /nxdomain: the proxy remembers for \d+ s more that nobody\.foobar\.com has no entry in DNS/,
    );
    expect(lab.questions).toBe(1);
  });

  test('a stopped DNS server is met when what it said has expired', async () => {
    const lab = await startProxyLab((await startWeb()).here);
    await get(lab.proxy, url);
    await lab.stopDns();
    expect((await get(lab.proxy, url)).head).toContain(' 200 ');
    lab.clock.now += 300_000;
    const { head, body } = await get(lab.proxy, url);
    expect(head).toMatch(/^HTTP\/1\.1 502 /);
    expect(body).toContain(
      'dns-unreachable: the operating system of 192.0.2.53 refused: no name server listens',
    );
  });

  test('or when it was told to forget', async () => {
    const lab = await startProxyLab((await startWeb()).here);
    await get(lab.proxy, url);
    await lab.stopDns();
    lab.proxy.forget();
    expect((await get(lab.proxy, url)).body).toContain('dns-unreachable');
  });

  test('one question is enough for all who ask at the same time', async () => {
    const lab = await startProxyLab((await startWeb()).here);
    const answers = await Promise.all([1, 2, 3, 4].map(() => get(lab.proxy, url)));
    expect(answers.map(({ body }) => body.includes('ok'))).toEqual([true, true, true, true]);
    expect(lab.questions).toBe(1);
  });
});

describe('the page', () => {
  const refusal = { status: 502, failure: 'nxdomain', message: 'there is no name <b>&' } as const;

  test('is HTML for browsers, whatever the name was', () => {
    const { fields, body } = refusalPage(refusal, 'text/html,*/*;q=0.8');
    expect(fields['Content-Type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<p>nxdomain: there is no name &lt;b&gt;&amp;</p>');
  });

  test('is text for others', () => {
    const { fields, body } = refusalPage(refusal, '*/*');
    expect(fields['Content-Type']).toBe('text/plain; charset=utf-8');
    expect(body).toContain('\nnxdomain: there is no name <b>&\n');
    expect(Number(fields['Content-Length'])).toBe(Buffer.byteLength(body));
  });
});

test('closing ends the port and every connection', async () => {
  const web = await during(httpServer(() => {}));
  const { proxy } = await startProxyLab(web.here);
  const waiting = dial(proxy.here);
  waiting.say('GET http://www.foobar.com/ HTTP/1.1', 'Host: www.foobar.com', '', '');
  const idle = dial(proxy.here);
  await until(() => web.connections === 1);
  await proxy.close();
  await Promise.all([waiting.isClosed(), idle.isClosed()]);
  await until(() => web.open === 0);
  const late = dial(proxy.here);
  await late.isClosed();
  expect(late.heard).toBe('');
});
