import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endToEnd, framingOf, valuesOf } from '../../../src/stack/proxy/fields.ts';

describe('endToEnd', () => {
  test('leaves out what is about one connection, and what Connection names', () => {
    const fields = [
      ...['Host', 'www.foobar.com', 'Proxy-Connection', 'keep-alive', 'TE', 'trailers'],
      ...['connection', 'close, X-Secret', 'x-secret', '1', 'X-Kept', 'a', 'X-Kept', 'b'],
      ...['Upgrade', 'h2c', 'Keep-Alive', 'timeout=5', 'Transfer-Encoding', 'chunked', 'Trailer', 'X-Sum'],
      ...['Proxy-Authorization', 'Basic eDp5', 'Content-Length', '5', 'Cookie', 'a=b'],
    ];
    expect(endToEnd(fields, 'host')).toEqual(['X-Kept', 'a', 'X-Kept', 'b', 'Cookie', 'a=b']);
    expect(endToEnd(['Host', 'a'])).toEqual(['Host', 'a']);
  });

  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
  const field = fc.tuple(token, fc.stringMatching(/^[ -~]{0,20}$/));

  test('keeps the order and the spelling of the others', () => {
    fc.assert(
      fc.property(fc.array(field), pairs => {
        const fields = pairs.flat();
        const kept = endToEnd(fields);
        let at = -1;
        for (let i = 0; i < kept.length; i += 2) {
          at = fields.findIndex(
            (name, index) =>
              index > at && index % 2 === 0 && name === kept[i] && fields[index + 1] === kept[i + 1],
          );
          expect(at).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('nothing that Connection names is left', () => {
    fc.assert(
      fc.property(fc.array(field), fc.array(token, { minLength: 1 }), (pairs, named) => {
        const fields = [
          ...pairs.flat(),
          'Connection',
          named.join(' , '),
          ...named.flatMap(name => [name, 'x']),
        ];
        const kept = endToEnd(fields).filter((_, index) => index % 2 === 0);
        for (const name of named)
          expect(kept.map(found => found.toLowerCase())).not.toContain(name.toLowerCase());
      }),
    );
  });
});

describe('framingOf', () => {
  test.each([
    ['POST', ['Content-Length', '5'], ['Content-Length', '5']],
    ['GET', ['content-length', '5'], ['Content-Length', '5']],
    ['POST', ['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'chunked']],
    ['POST', ['Content-Length', '5', 'Connection', 'Content-Length'], ['Content-Length', '5']],
    ['POST', [], ['Content-Length', '0']],
    ['GET', [], []],
    ['HEAD', [], []],
  ])('%s %j', (method, fields, framing) => {
    expect(framingOf(fields, method)).toEqual(framing);
  });
});

test('valuesOf finds every spelling', () => {
  expect(valuesOf(['Via', 'a', 'x', 'via', 'VIA', 'b'], 'via')).toEqual(['a', 'b']);
});
