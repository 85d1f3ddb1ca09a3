import type { Peer } from '../../conf/model.ts';
import type { BodyFault } from '../body.ts';
import type { Exchange, Try } from '../exchange.ts';
import { report } from '../logs.ts';
import { notEnough } from '../slots.ts';
import { systemError } from '../system-error.ts';
import { type AnswerBody, type BodySink, createSink } from './answer-body.ts';
import { byChunks, byClose, byLength, type Framing } from './framing.ts';
import { type Head, headEnd, parseHead } from './head.ts';
import { createPatience } from './patience.ts';
import type { Connection, Pool, User } from './pool.ts';
import { type Question, type Sending, sendRequest } from './send-request.ts';

/** The kinds of failure, in the words of `proxy_next_upstream`; `left`: the client has gone. */
export type Failure = 'error' | 'timeout' | 'invalid_header' | 'left' | 'full' | 408 | 413;

/** How a try ended. */
export type Answer =
  | { head: Head; body: AnswerBody; failure?: never }
  | { failure: Failure; sent: boolean; reused: boolean; phase: string };

interface Asking {
  peer: Peer;
  pool: Pool;
  question: Question;
  /** What becomes known of the try. */
  record: Try;
  /** Called when nothing more comes of an answer; not after a failure. */
  over(): void;
}

/** One try with one server. Resolves when the head of its answer is there, or when it failed. */
export const ask = (x: Exchange, { peer, pool, question, record, over: ended }: Asking): Promise<Answer> =>
  new Promise(resolve => {
    const { settings } = x.target;
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    let phase = 'connecting to upstream';
    let sent = false;
    let whole = false;
    let over = false;
    let early: Buffer | undefined;
    let framing: Framing | undefined;
    let sink: BodySink | undefined;
    let keep = false;
    let sending: Sending | undefined;

    const patience = createPatience(() => {
      // A client that does not take what is there is no fault of the upstream.
      if (sink?.full()) patience.wait(settings.proxy_read_timeout);
      else fail('timeout', 'upstream timed out (110: Connection timed out)');
    });
    patience.wait(settings.proxy_connect_timeout);

    /** Nothing more is expected of the connection. */
    const finish = (reusable: boolean, failing = false): void => {
      over = true;
      if (!failing) ended();
      patience.stop();
      record.responseMs ??= elapsed();
      sending?.stop();
      if (!question.detached) x.response.off('close', left);
      if (connection) pool.giveBack(connection, reusable);
    };
    const settle = (failure: Failure): void => {
      finish(false, true);
      resolve({ failure, sent, reused: (connection?.requests ?? 1) > 1, phase });
    };
    const fail = (failure: Failure, why: string): void => {
      if (over) return;
      report(x, 'error', `${why} while ${phase}`);
      if (sink) {
        finish(false);
        sink.broken();
      } else settle(failure);
    };
    const left = (): void => {
      if (over) return;
      if (sink) {
        finish(false);
        sink.broken();
      } else settle('left');
    };

    const asked = (): void => {
      whole = true;
      if (over || sink) return;
      phase = 'reading response header from upstream';
      patience.wait(settings.proxy_read_timeout);
    };

    const hooks = {
      patience,
      asked,
      over: () => over || sink !== undefined,
      broke: (fault: BodyFault) => (fault === 408 || fault === 413 ? settle(fault) : left()),
      failed: (problem: unknown) => fail('error', `the body cannot be read again (${systemError(problem)})`),
    };

    const begin = (head: Head, text: string, rest: Buffer): void => {
      record.headerMs = elapsed();
      record.status = head.status;
      phase = 'reading upstream';
      const bodiless = question.method === 'HEAD' || head.status === 204 || head.status === 304;
      keep = !head.close;
      if (bodiless || head.length === 0) {
        finish(keep && whole && rest.length === 0);
        resolve({ head, body: '' });
        return;
      }
      if (head.length !== undefined && head.length === rest.length) {
        finish(keep && whole);
        resolve({ head, body: text });
        return;
      }
      framing = head.chunked ? byChunks() : head.length === undefined ? byClose : byLength(head.length);
      const held = head.accelBuffering ?? settings.proxy_buffering;
      sink = createSink({
        hold: held ? settings.proxy_buffer_size : 1,
        room: held ? undefined : settings.proxy_buffer_size,
        pause: () => pause(true),
        resume: () => pause(false),
        left: () => {
          if (!over) finish(false);
        },
      });
      patience.wait(settings.proxy_read_timeout);
      feed(rest);
      resolve({ head, body: sink.body() });
    };

    const pause = (paused: boolean): void => {
      if (!connection || over) return;
      connection.paused = paused;
      if (!paused) connection.socket.resume();
    };

    const feed = (chunk: Buffer): void => {
      if (!framing || !sink) return;
      const progress = framing.feed(chunk, sink.take);
      if (progress === 'broken') fail('invalid_header', 'upstream sent invalid chunked response');
      else if (progress === 'extra') {
        report(x, 'warn', 'upstream sent more data than specified while reading upstream');
      }
      if (over || progress === 'more' || progress === 'broken') return;
      finish(keep && whole && progress === 'done');
      sink.end();
    };

    const user: User = {
      connected() {
        record.connectMs = elapsed();
        phase = 'sending request to upstream';
        sent = true;
        if (connection) sending = sendRequest(x, connection, question, hooks);
      },
      data(chunk) {
        if (sink) {
          patience.wait(settings.proxy_read_timeout);
          feed(chunk);
          return;
        }
        const buffer = early ? Buffer.concat([early, chunk]) : chunk;
        const text = buffer.toString('latin1');
        const found = headEnd(text);
        if ((found?.body ?? buffer.length) > settings.proxy_buffer_size) {
          phase = 'reading response header from upstream';
          return fail('invalid_header', 'upstream sent too big header');
        }
        if (!found) {
          early = Buffer.from(buffer);
          return;
        }
        const head = parseHead(text.slice(0, found.end));
        phase = 'reading response header from upstream';
        if (typeof head === 'string') return fail('invalid_header', head);
        const rest = buffer.subarray(found.body);
        if (head.status >= 200) return begin(head, text.slice(found.body), rest);
        // An interim answer (RFC 9110, section 15.2) is none.
        early = undefined;
        if (rest.length > 0) user.data(rest);
      },
      drained() {
        sending?.drained();
      },
      ended() {
        if (over) return;
        if (framing?.untilClose && sink) {
          finish(false);
          sink.end();
        } else fail('error', 'upstream prematurely closed connection');
      },
      failed(problem) {
        fail('error', reasonOf(problem, peer));
      },
    };

    let connection: Connection | undefined;
    if (!question.detached && x.request.socket.destroyed) return settle('left');
    connection = pool.take(peer, user);
    if (!connection) {
      report(x, 'alert', `${notEnough(x.config)} while ${phase}`);
      return settle('full');
    }
    if (!question.detached) x.response.once('close', left);
    if (connection.requests > 1) user.connected();
  });

const reasonOf = (problem: NodeJS.ErrnoException, { address, path }: Peer): string => {
  const error = systemError(problem);
  if (problem.syscall === 'connect') {
    return path === undefined ? `connect() failed (${error})` : `connect() to ${address} failed (${error})`;
  }
  return problem.syscall === 'write' ? `writev() failed (${error})` : `recv() failed (${error})`;
};
