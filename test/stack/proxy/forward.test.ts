import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { until } from '../../until.ts';
import { httpServer, tcpServer } from '../browser/lab.ts';
import { dial, during, startProxyLab } from './lab.ts';

/** A web server that notes what it was asked, and answers with `ok` unless it is told otherwise. */
const startWeb = async (answer?: (asked: IncomingMessage, reply: ServerResponse) => void) => {
  const asked: IncomingMessage[] = [];
  const web = await during(
    httpServer((message, reply) => {
      asked.push(message);
      if (answer) answer(message, reply);
      else message.resume().on('end', () => reply.end('ok'));
    }),
  );
  return { asked, here: web.here, web };
};

const host = 'Host: www.foobar.com';

describe('a request', () => {
  test('reaches the web server as if it had been sent there', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say(
      'GET http://WWW.foobar.com/a/../b?c=d HTTP/1.1',
      'Host: somewhere.else',
      'Proxy-Connection: keep-alive',
      'Connection: keep-alive, X-Hop',
      'X-Hop: 1',
      'Proxy-Authorization: Basic eDp5',
      'X-Kept: first',
      'X-Kept: second',
      '',
      '',
    );
    await client.hears('ok');
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /a/../b?c=d']);
    expect(asked[0]?.rawHeaders).toEqual([
      ...['Host', 'WWW.foobar.com', 'X-Kept', 'first', 'X-Kept', 'second', 'Connection', 'close'],
    ]);
    expect(client.heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(client.heard).toContain('\r\nVia: 1.1 web-stack-tutor\r\n');
  });

  test('may name an address of the book', async () => {
    const { asked, here } = await startWeb();
    const { proxy, ...lab } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://8.8.8.8/ HTTP/1.1', 'Host: 8.8.8.8', '', '');
    await client.hears('ok');
    expect(asked[0]?.headers.host).toBe('8.8.8.8');
    expect(lab.questions).toBe(0);
  });

  test('and the next one share a connection to the proxy', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    for (const path of ['/1', '/2', '/3']) {
      client.say(`GET http://www.foobar.com${path} HTTP/1.1`, host, '', '');
      await until(
        () =>
          client.heard.split('HTTP/1.1 200 OK').length - 1 === asked.length &&
          asked.length > 0 &&
          asked.at(-1)?.url === path,
      );
    }
    client.say(
      'GET http://www.foobar.com/4 HTTP/1.1',
      host,
      '',
      'GET http://www.foobar.com/5 HTTP/1.1',
      host,
      '',
      '',
    );
    await until(() => client.heard.split('HTTP/1.1 200 OK').length === 6);
    expect(asked.map(({ url }) => url)).toEqual(['/1', '/2', '/3', '/4', '/5']);
    expect(client.ended).toBe(false);
  });

  test.each([
    ['of known length', ['Content-Length: 5', '', 'hello'], 'hello'],
    [
      'in chunks',
      ['Transfer-Encoding: chunked', '', '5', 'hello', '3', 'abc', '0', 'X-Trailer: 1', '', ''],
      'helloabc',
    ],
    ['that is empty', ['Content-Length: 0', '', ''], ''],
    ['that is not there', ['', ''], ''],
  ])('passes on a body %s', async (_, lines, body) => {
    const bodies: string[] = [];
    const { here } = await startWeb(async (message, reply) => {
      bodies.push(await text(message));
      reply.end('ok');
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('POST http://www.foobar.com/ HTTP/1.1', host, ...lines);
    await client.hears('ok');
    client.say('POST http://www.foobar.com/ HTTP/1.1', host, ...lines);
    await until(() => bodies.length === 2);
    expect(bodies).toEqual([body, body]);
  });

  test('and its answer are passed on while both are still coming', async () => {
    const { here } = await startWeb((message, reply) => {
      message.on('data', (data: Buffer) => reply.write(String(data).toUpperCase()));
      message.on('end', () => reply.end('.'));
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say(
      'POST http://www.foobar.com/ HTTP/1.1',
      host,
      'Transfer-Encoding: chunked',
      '',
      '3',
      'one',
      '',
    );
    await client.hears('ONE');
    client.say('3', 'two', '');
    await client.hears('TWO');
    client.say('0', '', '');
    await client.hears(/\r\n1\r\n\.\r\n0\r\n\r\n$/);
  });

  test('HEAD has an answer without a body, and another request may follow', async () => {
    const { here } = await startWeb((_, reply) => {
      reply.setHeader('Content-Length', '1000');
      reply.end();
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    const ask = () => client.say('HEAD http://www.foobar.com/ HTTP/1.1', host, '', '');
    ask();
    await client.hears(/Content-Length: 1000\r\n.*\r\n\r\n$/s);
    ask();
    await until(() => client.heard.split('HTTP/1.1 200 OK').length === 3);
  });

  test.each([204, 304])('%i has no body', async status => {
    const { here } = await startWeb((_, reply) => {
      reply.statusCode = status;
      reply.end();
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, '', '');
    await client.hears(/\r\n\r\n$/);
    expect(client.heard).not.toMatch(/transfer-encoding|content-length/i);
  });

  test('of HTTP/1.0 is answered without chunks, and the connection ends', async () => {
    const { here } = await startWeb((_, reply) => {
      reply.write('one');
      reply.end('two');
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.0', '', '');
    await client.isClosed();
    expect(client.heard).toMatch(/\r\n\r\nonetwo$/);
  });

  test('to change the protocol is an ordinary one', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say(
      'GET http://www.foobar.com/ HTTP/1.1',
      host,
      'Connection: Upgrade',
      'Upgrade: websocket',
      '',
      '',
    );
    await client.hears('ok');
    expect(asked[0]?.headers).not.toHaveProperty('upgrade');
    expect(client.heard).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('Expect: 100-continue', () => {
  const question = [
    'POST http://www.foobar.com/ HTTP/1.1',
    host,
    'Expect: 100-continue',
    'Content-Length: 5',
  ];

  test('it is the web server that asks for the body', async () => {
    const web = await during(
      tcpServer(socket => {
        let heard = '';
        socket.on('data', data => {
          heard += data;
          if (heard.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
          if (heard.endsWith('hello')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      }),
    );
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here);
    client.say(...question, '', '');
    await client.hears('HTTP/1.1 100 Continue\r\n\r\n');
    client.say('hello');
    await client.hears(/ok$/);
    expect(client.heard).not.toMatch(/connection: close/i);
  });

  test('or does not', async () => {
    const web = await during(
      tcpServer(socket => {
        socket.once('data', () => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'));
      }),
    );
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here);
    client.say(...question, '', '');
    await client.isClosed();
    expect(client.heard).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(client.heard).toMatch(/\r\nConnection: close\r\n/);
  });

  test('something else that is expected is refused', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, 'Expect: wonders', '', '');
    await client.hears('HTTP/1.1 417 ');
    expect(asked).toEqual([]);
  });
});

describe('no request is smuggled', () => {
  const hidden = 'GET http://www.foobar.com/smuggled HTTP/1.1\r\nHost: www.foobar.com\r\n\r\n';
  const length = `Content-Length: ${hidden.length}`;

  test.each([
    ['both framings', [length, 'Transfer-Encoding: chunked', '', '0', '', hidden]],
    ['both framings, the other way', ['Transfer-Encoding: chunked', length, '', '0', '', hidden]],
    ['two lengths', ['Content-Length: 0', length, '', hidden]],
    ['a list of lengths', [`Content-Length: 0, ${hidden.length}`, '', hidden]],
    ['a signed length', [`Content-Length: +${hidden.length}`, '', hidden]],
    ['an unknown coding', ['Transfer-Encoding: xchunked', '', '0', '', hidden]],
    ['a coding before the last', ['Transfer-Encoding: gzip, chunked', '', '0', '', '']],
    ['a coding behind the last', ['Transfer-Encoding: chunked, identity', '', '0', '', hidden]],
    ['two codings', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity', '', '0', '', hidden]],
    ['a space before the colon', [`Content-Length : ${hidden.length}`, '', hidden]],
    ['a folded line', ['X-Folded: a', ' Content-Length: 5', '', hidden]],
    ['a bare CR', [`X-A: b\rContent-Length: ${hidden.length}`, '', hidden]],
    ['a NUL', ['X-A: b\0c', '', hidden]],
    ['a bad chunk', ['Transfer-Encoding: chunked', '', '1;\n', 'a', '0', '', hidden]],
    [
      'a chunk that is longer than it says',
      ['Transfer-Encoding: chunked', '', '1', 'abcdef', '0', '', hidden],
    ],
    ['a negative chunk', ['Transfer-Encoding: chunked', '', '-1', 'a', '0', '', hidden]],
  ])('%s', async (_, lines) => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('POST http://www.foobar.com/ HTTP/1.1', host, ...lines);
    await client.hears(/^HTTP\/1\.1 (4|5)\d\d /);
    await until(() => asked.every(({ complete, destroyed }) => complete || destroyed));
    expect(asked.filter(({ url, complete }) => complete || url === '/smuggled')).toEqual([]);
  });

  test('Connection cannot take the framing away', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say(
      'POST http://www.foobar.com/ HTTP/1.1',
      host,
      'Connection: Content-Length, Host',
      length,
      '',
      hidden,
    );
    await client.hears('ok');
    expect(asked.map(({ url, headers }) => [url, headers['content-length'], headers.host])).toEqual([
      ['/', String(hidden.length), 'www.foobar.com'],
    ]);
  });

  test('HTTP/1.0 knows no chunks', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('POST http://www.foobar.com/ HTTP/1.0', 'Transfer-Encoding: chunked', '', '0', '', hidden);
    await client.hears(/^HTTP\/1\.1 400 /);
    expect(asked).toEqual([]);
  });

  test('nor a header of any size', async () => {
    const { asked, here } = await startWeb();
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, `X-Large: ${'x'.repeat(20_000)}`, '', '');
    await client.hears('HTTP/1.1 431 ');
    await client.isClosed();
    expect(asked).toEqual([]);
  });

  test('and no field is lost among many', async () => {
    let heard = '';
    const web = await during(tcpServer(socket => socket.on('data', data => (heard += data))));
    const { proxy } = await startProxyLab(web.here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, ...Array(2100).fill('a:'), 'X-Last: 1', '', '');
    await until(() => heard.endsWith('\r\n\r\n') || client.heard !== '');
    expect(heard).toContain('\r\nX-Last: 1\r\n');
  });
});

describe('what breaks', () => {
  test('a client that goes away while the answer is awaited takes the connection along', async () => {
    const { asked, here, web } = await startWeb(() => {});
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, '', '');
    await until(() => asked.length === 1);
    client.socket.destroy();
    await until(() => web.open === 0);
  });

  test('a client that goes away in the middle of its body, too', async () => {
    const { asked, here, web } = await startWeb(() => {});
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('POST http://www.foobar.com/ HTTP/1.1', host, 'Content-Length: 1000', '', 'half');
    await until(() => asked.length === 1);
    client.socket.resetAndDestroy();
    await until(() => web.open === 0);
  });

  test('a client that goes away in the middle of the answer, too', async () => {
    const { here, web } = await startWeb((_, reply) => void reply.write('begin'));
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, '', '');
    await client.hears('begin');
    client.socket.destroy();
    await until(() => web.open === 0);
  });

  test('half an answer does not look like a whole one', async () => {
    const { here } = await startWeb((message, reply) => {
      reply.write('begin', () => message.socket.destroy());
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, '', '');
    await client.isClosed();
    expect(client.heard).toContain('begin');
    expect(client.heard).not.toMatch(/0\r\n\r\n$/);
  });

  test('an answer that comes before the body is there is passed on', async () => {
    const { here } = await startWeb((_, reply) => {
      reply.statusCode = 413;
      reply.end('too much');
    });
    const { proxy } = await startProxyLab(here);
    const client = dial(proxy.here);
    const body = 'x'.repeat(1_000_000);
    client.say('POST http://www.foobar.com/ HTTP/1.1', host, `Content-Length: ${body.length}`, '', '');
    await client.hears('too much');
    client.say(`${body}GET http://8.8.8.8/ HTTP/1.1`, host, '', '');
    await until(() => client.heard.split('HTTP/1.1 413 ').length === 3);
  });

  const broken = async (onConnection: (socket: Socket) => void) => {
    const web = await during(tcpServer(onConnection));
    const { proxy } = await startProxyLab(web.here, { silenceMs: 300 });
    const client = dial(proxy.here);
    client.say('GET http://www.foobar.com/ HTTP/1.1', host, '', '');
    await client.hears(/\r\n\r\n.*\n$/s);
    await until(() => web.open === 0);
    return client.heard;
  };

  test('hanging up', async () => {
    expect(await broken(socket => socket.once('data', () => socket.end()))).toMatch(
      /^HTTP\/1\.1 502 .*reset: www\.foobar\.com:80 closed the connection without an answer/s,
    );
  });

  test('a reset', async () => {
    expect(await broken(socket => socket.once('data', () => socket.resetAndDestroy()))).toMatch(
      /^HTTP\/1\.1 502 .*reset: the operating system of www\.foobar\.com:80 reset the connection/s,
    );
  });

  test('something that is not HTTP', async () => {
    expect(await broken(socket => socket.resume().write('220 smtp.foobar.com ESMTP\r\n'))).toMatch(
      /^HTTP\/1\.1 502 .*www\.foobar\.com:80 answered something that is not HTTP/s,
    );
  });

  test('silence', async () => {
    const heard = await broken(socket => socket.resume());
    expect(heard).toMatch(/^HTTP\/1\.1 504 Gateway Timeout/);
    expect(heard).toContain('timeout: www.foobar.com:80 accepted the connection but was silent for 0.3 s');
  });

  test.each([
    '42 What',
    '099 What',
    '1000 What',
    '200 \x01',
    '101 Switching Protocols',
    '101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x',
  ])('a status line that is none: %j', async status => {
    const heard = await broken(socket =>
      socket.resume().write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(heard).toMatch(/^HTTP\/1\.1 502 /);
  });
});
