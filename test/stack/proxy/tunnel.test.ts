import { describe, expect, test } from 'vitest';
import { until } from '../../until.ts';
import { nobody, tcpServer } from '../browser/lab.ts';
import { dial, during, startProxyLab } from './lab.ts';

const ask = ['CONNECT www.foobar.com:80 HTTP/1.1', 'Host: www.foobar.com:80', '', ''];
const established = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** The bytes with ASCII letters in capitals. */
const shout = (data: Buffer): Buffer =>
  data.map(byte => (byte >= 97 && byte <= 122 ? byte - 32 : byte)) as Buffer;

/** Says everything back in capitals. */
const shouting = () => during(tcpServer(socket => socket.on('data', data => socket.write(shout(data)))));

describe('CONNECT', () => {
  test('lets bytes through in both directions, also those that came with the question', async () => {
    const web = await shouting();
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here);
    client.say(...ask.slice(0, -1), 'early ');
    await client.hears('EARLY ');
    client.say('\xff\0 late');
    await client.hears(' LATE');
    expect(client.heard).toBe(`${established}EARLY \xff\0 LATE`);
    expect(web.connections).toBe(1);
  });

  test('the client may have said all while the server still speaks', async () => {
    const web = await during(
      tcpServer(socket => {
        socket.allowHalfOpen = true;
        socket.resume().on('end', () => setImmediate(() => socket.end('the last word')));
      }),
    );
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here, { allowHalfOpen: true });
    client.say(...ask);
    await client.hears(established);
    client.socket.end('bye');
    await client.isClosed();
    expect(client.heard).toBe(`${established}the last word`);
    await until(() => web.open === 0);
  });

  test('the server may have said all while the client still speaks', async () => {
    let heard = '';
    const web = await during(
      tcpServer(socket => {
        socket.allowHalfOpen = true;
        socket.end('the first word');
        socket.on('data', data => {
          heard += data;
        });
      }),
    );
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here, { allowHalfOpen: true });
    client.say(...ask);
    await until(() => client.ended);
    client.say('the last one');
    await until(() => heard === 'the last one');
    client.socket.end();
    await until(() => web.open === 0);
    await client.isClosed();
  });

  test.each(['destroy', 'resetAndDestroy'] as const)(
    'a client that goes away (%s) is gone for the server',
    async how => {
      const web = await shouting();
      const { proxy } = await startProxyLab(web.here);
      const client = dial(proxy.here);
      client.say(...ask.slice(0, -1), 'x');
      await client.hears('X');
      client.socket[how]();
      await until(() => web.open === 0);
    },
  );

  test('a server that goes away is gone for the client', async () => {
    const web = await during(tcpServer(socket => socket.once('data', () => socket.resetAndDestroy())));
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here);
    client.say(...ask.slice(0, -1), 'x');
    await client.isClosed();
    expect(client.heard).toBe(established);
  });

  test('nobody who is silent is kept for ever', async () => {
    const web = await shouting();
    const { proxy } = await startProxyLab(web.here, { idleMs: 100 });
    const client = dial(proxy.here);
    client.say(...ask);
    await client.isClosed();
    await until(() => web.open === 0);
  });

  test('ends with the proxy', async () => {
    const web = await shouting();
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here);
    client.say(...ask.slice(0, -1), 'x');
    await client.hears('X');
    await proxy.close();
    await client.isClosed();
    await until(() => web.open === 0);
  });

  test.each([
    ['nobody.foobar.com:443', '502', 'nxdomain', 'NXDOMAIN: there is no name nobody.foobar.com'],
    ['empty.foobar.com:443', '502', 'nodata', 'empty.foobar.com exists but has no A record'],
    ['www.foobar.com:443', '502', 'refused', 'nothing listens on its port 443'],
    ['8.8.8.8:22', '502', 'refused', 'nothing listens on its port 22'],
    ['9.9.9.9:80', '502', 'timeout', 'this lab has no machine 9.9.9.9'],
    ['[2001:db8::1]:80', '502', 'timeout', 'this lab has no machine 2001:db8::1'],
    ['127.0.0.1:8000', '502', 'refused', '127.0.0.1 always means the machine that asks'],
    ['www.foobar.com', '400', '', 'a tunnel leads to HOST:PORT'],
    ['http://www.foobar.com:80', '400', '', 'a tunnel leads to HOST:PORT'],
  ])('%s is refused: %s %s', async (authority, status, failure, sentence) => {
    const web = await shouting();
    const { proxy } = await startProxyLab(web.here, {}, ['empty TXT "no address"']);
    const client = dial(proxy.here);
    client.say(`CONNECT ${authority} HTTP/1.1`, 'Host: x', '', '');
    await client.isClosed();
    const [head = '', body] = client.heard.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('\r\nConnection: close');
    expect(body).toContain(sentence);
    if (failure) expect(head).toContain(`details="${failure}"`);
    expect(Number(/Content-Length: (\d+)/.exec(head)?.[1])).toBe(body?.length);
    expect(web.connections).toBe(0);
  });

  test('where nobody listens, it is the operating system that refuses', async () => {
    const { proxy } = await startProxyLab(await nobody());
    const client = dial(proxy.here);
    client.say(...ask);
    await client.isClosed();
    expect(client.heard).toContain(
      'refused: the operating system of 8.8.8.8 refused: nothing listens on port 80',
    );
  });
});
