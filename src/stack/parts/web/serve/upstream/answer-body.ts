import { Readable } from 'node:stream';

/** The whole body, one byte a character, or where it comes from. */
export type AnswerBody = string | Readable;

/** Takes the pieces of a body as they arrive, and hands them on at the pace of whoever reads. */
export interface BodySink {
  /** Copies it: the bytes are there for the time of this call only. */
  take(piece: Buffer): void;
  end(): void;
  /** The body will never be whole. */
  broken(): void;
  /** Whether the reader is behind. */
  full(): boolean;
  /** What there is when the head is handed over: everything, or a stream. */
  body(): AnswerBody;
}

interface Options {
  /** Bytes that are gathered before anything is handed on: as nginx, which fills a buffer first. */
  hold: number;
  /** Bytes that may wait for the reader before the upstream is made to wait, too. */
  room: number | undefined;
  pause(): void;
  resume(): void;
  /** The reader has gone before the end. */
  left(): void;
}

/**
 * What an upstream may be ahead of a slow client with `proxy_buffering on`. nginx puts up to a gigabyte into a
 * temporary file; here it lies in memory.
 */
const bufferingRoom = 32 * 2 ** 20;

export const createSink = ({ hold, room = bufferingRoom, pause, resume, left }: Options): BodySink => {
  let gathered: Buffer[] = [];
  let size = 0;
  let stream: Readable | undefined;
  let ended = false;
  let failed = false;
  let waiting = false;

  const hand = (): void => {
    if (!stream || size === 0) return;
    const piece = gathered.length === 1 ? gathered[0] : Buffer.concat(gathered);
    gathered = [];
    size = 0;
    if (!stream.push(piece) && !ended) {
      waiting = true;
      pause();
    }
  };
  const close = (): void => {
    if (ended) {
      hand();
      stream?.push(null);
    } else if (failed) {
      stream?.destroy(new Error('the answer broke off'));
    }
  };

  return {
    take(piece) {
      gathered.push(Buffer.from(piece));
      size += piece.length;
      if (size >= hold) hand();
    },
    end() {
      ended = true;
      close();
    },
    broken() {
      failed = true;
      close();
    },
    full: () => waiting,
    body() {
      if (ended) return Buffer.concat(gathered).toString('latin1');
      stream = new Readable({
        highWaterMark: room,
        read() {
          if (!waiting) return;
          waiting = false;
          resume();
        },
        destroy(error, done) {
          left();
          done(error);
        },
      });
      // It may break before anybody has begun to read; whoever reads then hears of it.
      stream.on('error', () => {});
      if (size >= hold) hand();
      close();
      return stream;
    },
  };
};
