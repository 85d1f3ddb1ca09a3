import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byChunks,
  byClose,
  byLength,
  type Framing,
  type Progress,
} from '../../../../../../src/stack/parts/web/serve/upstream/framing.ts';

/** What comes of a text that arrives in pieces, cut at the given places. */
const feed = (framing: Framing, text: string, cuts: number[] = []) => {
  let body = '';
  let progress: Progress = 'more';
  const places = [...new Set(cuts.map(cut => cut % (text.length + 1)))].sort((a, b) => a - b);
  for (const [i, from] of [0, ...places].entries()) {
    if (progress !== 'more') break;
    progress = framing.feed(Buffer.from(text.slice(from, places[i]), 'latin1'), piece => {
      body += piece.toString('latin1');
    });
  }
  return { body, progress };
};

const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe('a body', () => {
  it('of a known length is cut there', () => {
    expect(feed(byLength(4), 'body')).toEqual({ body: 'body', progress: 'done' });
    expect(feed(byLength(4), 'bod')).toEqual({ body: 'bod', progress: 'more' });
    expect(feed(byLength(4), 'body and more')).toEqual({ body: 'body', progress: 'extra' });
  });

  it('without a length ends with the connection', () => {
    expect(feed(byClose, 'anything')).toEqual({ body: 'anything', progress: 'more' });
    expect(byClose.untilClose).toBe(true);
  });

  it('in chunks is put together, however it arrives', () => {
    const chunks = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(chunks, cuts, fc.boolean(), (pieces, places, extended) => {
        const extension = extended ? ';a=b' : '';
        const lines = pieces.map(piece => `${piece.length.toString(16)}${extension}\r\n${piece}\r\n`);
        const text = `${lines.join('')}0\r\n${extended ? 'X-Trailer: a\r\n' : ''}\r\n`;
        expect(feed(byChunks(), text, places)).toEqual({ body: pieces.join(''), progress: 'done' });
        expect(feed(byChunks(), `${text}x`).progress).toBe('extra');
        expect(feed(byChunks(), text.slice(0, -1)).progress).toBe('more');
      }),
    );
  });

  it.each(['x\r\n', '-1\r\n', '\r\n', '3\r\nabcd\r\n', `${'1'.repeat(13)}\r\n`, 'a'.repeat(2000), '1 1\r\n'])(
    'in chunks that make no sense is broken: %j',
    text => {
      expect(feed(byChunks(), text).progress).toBe('broken');
    },
  );

  it('of any bytes is survived', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), cuts, (text, places) => {
        expect(['more', 'done', 'extra', 'broken']).toContain(feed(byChunks(), text, places).progress);
      }),
    );
  });
});
