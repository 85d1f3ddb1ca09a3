import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headEnd, parseHead } from '../../../../../../src/stack/parts/web/serve/upstream/head.ts';

const head = (...lines: string[]) => parseHead(['HTTP/1.1 200 OK', ...lines].join('\r\n'));

describe('the head of an answer', () => {
  it('is read', () => {
    expect(
      head('Content-Type: text/html', 'content-length: 5', 'X-Empty:', 'Set-Cookie: a=b', 'Set-Cookie: c=d'),
    ).toMatchObject({
      status: 200,
      reason: 'OK',
      contentType: 'text/html',
      length: 5,
      chunked: false,
      close: false,
      raw: ['Content-Type', 'text/html', 'content-length', '5', 'X-Empty', ''].concat([
        'Set-Cookie',
        'a=b',
        'Set-Cookie',
        'c=d',
      ]),
    });
    expect(parseHead('HTTP/1.1 204')).toMatchObject({ status: 204, reason: '' });
    expect(head('Transfer-Encoding: Chunked')).toMatchObject({ chunked: true, length: undefined });
  });

  it('says whether the connection goes on', () => {
    expect(head('Connection: Close')).toMatchObject({ close: true });
    expect(parseHead('HTTP/1.0 200 OK')).toMatchObject({ close: true });
    expect(parseHead('HTTP/1.0 200 OK\r\nConnection: keep-alive')).toMatchObject({ close: false });
  });

  it.each([
    ['HTTP/2 200 OK', 'upstream sent no valid HTTP/1.0 header'],
    ['SSH-2.0-OpenSSH', 'upstream sent no valid HTTP/1.0 header'],
    ['HTTP/1.1 OK', 'upstream sent no valid HTTP/1.0 header'],
    ['HTTP/1.1 200 O\0K', 'upstream sent no valid HTTP/1.0 header'],
    ['HTTP/1.1 200 OK\r\nno colon', 'upstream sent invalid header: "no colon"'],
    ['HTTP/1.1 200 OK\r\n: x', 'upstream sent invalid header: ": x"'],
    ['HTTP/1.1 200 OK\r\nA B: x', 'upstream sent invalid header: "A B: x"'],
    ['HTTP/1.1 200 OK\r\nA: x\rB: y', 'upstream sent invalid header: "A: x?B: y"'],
    ['HTTP/1.1 200 OK\r\nContent-Length: -1', 'upstream sent invalid "Content-Length" header: "-1"'],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2',
      'upstream sent duplicate header line: "Content-Length: 2"',
    ],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked',
      'upstream sent "Content-Length" and "Transfer-Encoding" headers at the same time',
    ],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip', 'upstream sent unknown "Transfer-Encoding": "gzip"'],
  ])('is refused: %j', (text, fault) => {
    expect(parseHead(text)).toBe(fault);
  });

  it('holds nothing that a client could take for a line of its own, whatever came', () => {
    const line = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('A: \r', 'A: \n', 'B\r: c'));
    fc.assert(
      fc.property(fc.array(line), lines => {
        const found = head(...lines);
        if (typeof found === 'string') return;
        for (const text of [found.reason, ...found.raw]) expect(text).not.toMatch(/[\r\n\0]/);
      }),
    );
  });

  it('ends at the first empty line', () => {
    expect(headEnd('HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n')).toEqual({ end: 21, body: 25 });
    expect(headEnd('HTTP/1.1 200 OK\nA: b\n\nbody')).toEqual({ end: 20, body: 22 });
    expect(headEnd('HTTP/1.1 200 OK\r\nA: b\r\n')).toBeUndefined();
  });
});
