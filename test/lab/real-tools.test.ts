import { execFile, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { decode, encode, type Packet } from 'dns-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseLab } from '../../src/lab/language.ts';
import type { PartName } from '../../src/stack/topology.ts';
import { fakeStack, partStatus } from './fake-stack.ts';

const has = (program: string, flag: string) => spawnSync(program, [flag]).status === 0;

/** Pastes the command's line for real tools into sh, while `part` or the proxy listens on `port`. */
const paste = async (line: string, part: PartName | 'proxy', port: number): Promise<string> => {
  const status = () =>
    partStatus().map(found =>
      found.part === part ? { ...found, here: { host: '127.0.0.1', port } } : found,
    );
  const tool = parseLab(line).lines[0]?.command.tool?.(
    fakeStack({ status, proxy: { host: '127.0.0.1', port } }),
  );
  expect(tool).toBeDefined();
  const { stdout } = await promisify(execFile)('sh', ['-c', tool ?? '']);
  return stdout;
};

describe.skipIf(!has('curl', '--version'))('curl (skipped: curl is not installed)', () => {
  /** Answers every request with what was asked, as JSON. */
  const echo = async (): Promise<number> => {
    const server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, host: headers.host, body: await text(request) }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  test.each([
    ['request /guestbook', { method: 'GET', url: 'http://www.foobar.com/guestbook', body: '' }],
    [
      'request "/a b[1-3]{x,y}?q=it\'s&r=$HOME"',
      { method: 'GET', url: 'http://www.foobar.com/a%20b[1-3]%7Bx,y%7D?q=it%27s&r=$HOME' },
    ],
  ])('%s', async (line, expected) => {
    const answer = await paste(line, 'proxy', await echo());
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      host: 'www.foobar.com',
      ...expected,
    });
  });

  test('post sends every field as it is', async () => {
    const answer = await paste(
      String.raw`post /guestbook name=@/etc/hostname message="it's \"100%\" & <b>\né" empty=`,
      'proxy',
      await echo(),
    );
    const { method, body } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '');
    expect(method).toBe('POST');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      name: '@/etc/hostname',
      message: 'it\'s "100%" & <b>\né',
      empty: '',
    });
  });
});

describe.skipIf(!has('dig', '-v'))('dig (skipped: dig is not installed)', () => {
  test.each([
    ['resolve www.foobar.com', 'www.foobar.com', 'A'],
    ['resolve foobar.com soa', 'foobar.com', 'SOA'],
    ['resolve mx TXT', 'mx', 'TXT'],
    ['resolve any', 'any', 'A'],
  ])('%s', async (line, name, type) => {
    const asked: Packet['questions'] = [];
    const server = createSocket('udp4', (message, { port, address }) => {
      const { id, questions = [] } = decode(message);
      asked.push(...questions);
      server.send(encode({ type: 'response', id: id ?? 0, questions }), port, address);
    });
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    await paste(line, 'dns', server.address().port);
    expect(asked).toEqual([{ name, type, class: 'IN' }]);
  });
});
