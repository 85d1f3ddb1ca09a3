import type { Readable } from 'node:stream';
import { type BodyFault, watchBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import type { Patience } from './patience.ts';
import type { Connection } from './pool.ts';
import { requestHead } from './request.ts';

export interface Question {
  method: string;
  path: string;
  /** Headers beyond those of the client: names and values in turn. */
  more: readonly string[];
  /** `stream`: the client's body is passed on while it arrives. */
  body: Buffer | (() => Readable) | 'stream' | undefined;
  size: number | undefined;
  /** Whether the answer is wanted even when the client has left: it is to be kept. */
  detached: boolean;
}

export interface Sending {
  /** The upstream can take more. */
  drained(): void;
  stop(): void;
}

interface Hooks {
  patience: Patience;
  /** Whether nothing more need be sent. */
  over(): boolean;
  /** All of it has been handed over. */
  asked(): void;
  /** The client's body will not come to its end. */
  broke(fault: BodyFault): void;
  failed(problem: unknown): void;
}

/** Sends the request, at the pace of the upstream, and of the client, where its body is passed on as it arrives. */
export const sendRequest = (
  x: Exchange,
  { socket }: Connection,
  { method, path, more, body, size }: Question,
  { patience, over, asked, broke, failed }: Hooks,
): Sending => {
  const { proxy_send_timeout } = x.target.settings;
  const chunked = body === 'stream' && size === undefined;
  const head = requestHead(x, { method, path, more, body: chunked ? 'chunked' : size });
  const nothing: Sending = { drained() {}, stop() {} };
  patience.wait(proxy_send_timeout);

  if (body === undefined || Buffer.isBuffer(body)) {
    if (!body || body.length === 0) {
      socket.write(head, 'latin1');
      asked();
      return nothing;
    }
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body, asked);
    socket.uncork();
    return nothing;
  }

  socket.setNoDelay(true);
  socket.write(head, 'latin1');
  const write = (chunk: Buffer): boolean => {
    if (over() || chunk.length === 0) return true;
    patience.wait(proxy_send_timeout);
    if (!chunked) return socket.write(chunk);
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    const room = socket.write('\r\n');
    socket.uncork();
    return room;
  };

  if (body === 'stream') {
    // A slow client is waited for by `client_body_timeout` only.
    patience.stop();
    const take = (chunk: Buffer): void => {
      if (!write(chunk)) x.request.pause();
      else if (!over()) patience.stop();
    };
    watchBody(x, take, fault => {
      if (over()) return;
      if (fault) broke(fault);
      else if (chunked) socket.write('0\r\n\r\n', asked);
      else asked();
    });
    x.request.resume();
    const goOn = (): void => {
      if (!over()) patience.stop();
      x.request.resume();
    };
    return { drained: goOn, stop: () => x.request.resume() };
  }

  const source = body();
  source.on('data', chunk => {
    if (!write(chunk)) source.pause();
  });
  source.on('error', failed);
  source.on('end', asked);
  return { drained: () => void source.resume(), stop: () => void source.destroy() };
};
