/** What has come of the body of an answer: `extra` is the end and something behind it, `broken` makes no sense. */
export type Progress = 'more' | 'done' | 'extra' | 'broken';

/** Cuts a body out of what arrives (RFC 9112, section 6.3). */
export interface Framing {
  feed(chunk: Buffer, take: (piece: Buffer) => void): Progress;
  /** Whether the end of the connection is the end of the body. */
  untilClose: boolean;
}

export const byLength = (length: number): Framing => {
  let left = length;
  return {
    untilClose: false,
    feed(chunk, take) {
      const extra = chunk.length > left;
      const piece = extra ? chunk.subarray(0, left) : chunk;
      left -= piece.length;
      if (piece.length > 0) take(piece);
      return extra ? 'extra' : left === 0 ? 'done' : 'more';
    },
  };
};

export const byClose: Framing = {
  untilClose: true,
  feed(chunk, take) {
    if (chunk.length > 0) take(chunk);
    return 'more';
  },
};

/** Longer lines of a chunked body, or more of them behind its end, are nobody's honest work. */
const maxLine = 1024;

/** RFC 9112, section 7.1; extensions and trailers are read over. */
export const byChunks = (): Framing => {
  let line = '';
  let lines = 0;
  let left = 0;
  let state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';

  /** After a whole line, without its end. */
  const endOfLine = (): Progress => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    line = '';
    if (state === 'data-end') {
      state = 'size';
      return text === '' ? 'more' : 'broken';
    }
    if (state === 'trailer') return text === '' ? 'done' : ++lines > 100 ? 'broken' : 'more';
    const [, size] = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
    if (size === undefined) return 'broken';
    left = Number.parseInt(size, 16);
    state = left === 0 ? 'trailer' : 'data';
    return 'more';
  };

  return {
    untilClose: false,
    feed(chunk, take) {
      let at = 0;
      while (at < chunk.length) {
        if (state === 'data') {
          const piece = chunk.subarray(at, at + left);
          take(piece);
          at += piece.length;
          left -= piece.length;
          if (left === 0) state = 'data-end';
          continue;
        }
        const end = chunk.indexOf(10, at);
        line += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
        if (line.length > maxLine) return 'broken';
        if (end < 0) return 'more';
        at = end + 1;
        const progress = endOfLine();
        if (progress === 'done') return at < chunk.length ? 'extra' : 'done';
        if (progress !== 'more') return progress;
      }
      return 'more';
    },
  };
};
