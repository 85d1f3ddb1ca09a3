import {
  type ClientRequest,
  type IncomingMessage,
  request,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { endToEnd, framingOf } from './fields.ts';
import { type Reach, reach } from './reach.ts';
import { type Refusal, refusalPage } from './refusal.ts';
import { absoluteForm, type ForwardTarget } from './target.ts';

interface Forwarding extends Reach {
  /** Milliseconds without a byte of the answer, or of the request's body, until the proxy gives up. */
  silenceMs: number;
}

/** Passes one request on, over a connection of its own, and its answer back, while both are still coming. */
export const forward = async (
  asked: IncomingMessage,
  answer: ServerResponse,
  { silenceMs, ...how }: Forwarding,
): Promise<void> => {
  const gone = new AbortController();
  answer.once('close', () => gone.abort());
  const target = absoluteForm(asked.url ?? '');
  const wrong = target ? badFraming(asked) : badTarget(asked);
  if (!target || wrong !== undefined) return refuse(asked, answer, { status: 400, message: wrong ?? '' });
  const reached = await reach(how, target, gone.signal);
  if (!reached.socket) return refuse(asked, answer, reached.refusal);
  const { socket } = reached;
  gone.signal.addEventListener('abort', () => socket.destroy());
  if (gone.signal.aborted) return void socket.destroy();
  passOn(asked, answer, socket, target, silenceMs);
};

const passOn = (
  asked: IncomingMessage,
  answer: ServerResponse,
  socket: Socket,
  target: ForwardTarget,
  silenceMs: number,
): void => {
  const peer = `${target.host}:${target.port}`;
  const fail = (refusal: Refusal): void => {
    socket.destroy();
    // An answer that has begun breaks off with it.
    if (!answer.headersSent) refuse(asked, answer, refusal);
  };
  const broken = (message: string): void => fail({ status: 502, failure: 'reset', message });
  const unreadable = (): void => broken(`${peer} answered something that is not HTTP`);
  const onError = (error: NodeJS.ErrnoException): void =>
    error.code?.startsWith('HPE_') ? unreadable() : broken(brokenText(error, peer));
  socket.setTimeout(silenceMs, () =>
    fail({
      status: 504,
      failure: 'timeout',
      message: `${peer} accepted the connection but was silent for ${silenceMs / 1000} s`,
    }),
  );

  const method = asked.method ?? 'GET';
  // Without a Via field, which would keep Nginx from compressing: the proxy stands for the network between, and
  // the web server has to behave as it would without it.
  const onward = request({
    createConnection: () => socket,
    method,
    path: target.path,
    setHost: false,
    headers: [
      ...['Host', target.authority],
      ...endToEnd(asked.rawHeaders, 'host'),
      ...framingOf(asked.rawHeaders, method),
      ...['Connection', 'close'],
    ],
  });
  onward.on('error', onError);
  onward.on('continue', () => answer.writeContinue());
  // Nobody has asked for another protocol.
  onward.on('upgrade', unreadable);
  onward.on('response', incoming => {
    const { statusCode = 0, statusMessage = '' } = incoming;
    if (statusCode < 200) return unreadable();
    const fields = [...endToEnd(incoming.rawHeaders), 'Via', `${incoming.httpVersion} web-stack-tutor`];
    const length = incoming.headers['content-length'];
    if (length !== undefined) fields.push('Content-Length', length);
    try {
      answer.writeHead(statusCode, statusMessage, fields);
    } catch {
      // Node reads more than it would write.
      return unreadable();
    }
    pipeline(incoming, answer, () => drain(asked, onward));
  });
  onward.flushHeaders();
  asked.pipe(onward);
};

const badTarget = ({ url = '', headers }: IncomingMessage): string =>
  /^https:/i.test(url)
    ? 'the proxy passes https on as it is: ask it for a tunnel (CONNECT), as curl -x and browsers do'
    : url.startsWith('/')
      ? `this is a proxy and no website: use it as one (curl -x http://${headers.host ?? 'HOST:PORT'} http://www.foobar.com/)`
      : `the proxy knows http://HOST/PATH, and this is none: ${url}`;

/** Whoever passes a body on must be sure where it ends (RFC 9112, section 6.1). */
const badFraming = ({ headers, httpVersion }: IncomingMessage): string | undefined => {
  const coding = headers['transfer-encoding']?.trim().toLowerCase();
  return coding === undefined || (coding === 'chunked' && httpVersion === '1.1')
    ? undefined
    : `the proxy does not know this way to send a body: Transfer-Encoding ${coding} in HTTP/${httpVersion}`;
};

const brokenText = ({ message }: Error, peer: string): string =>
  // Node's own words for an orderly end before any answer.
  message === 'socket hang up'
    ? `${peer} closed the connection without an answer`
    : `the operating system of ${peer} reset the connection: whoever had accepted it is gone`;

/** What is left of a request that was answered before it had come whole: the next one stands behind it. */
const drain = (asked: IncomingMessage, onward?: ClientRequest): void => {
  if (onward) asked.unpipe(onward);
  asked.resume();
};

const refuse = (asked: IncomingMessage, answer: ServerResponse, refusal: Refusal): void => {
  const { fields, body } = refusalPage(refusal, asked.headers.accept);
  answer.writeHead(refusal.status, STATUS_CODES[refusal.status] ?? '', fields);
  answer.end(body);
  drain(asked);
};
