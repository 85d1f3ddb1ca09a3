import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../address-book.ts';
import { knock } from '../links/knock.ts';
import type { PartPlan } from '../topology.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { TcpHop } from './trace.ts';

/** What the browser may dial; an AddressBook is one. */
export interface Book {
  dial(host: string, port: number): { plan: PartPlan; here: Endpoint; addedMs?: number } | undefined;
  entries(): readonly { plan: PartPlan; here: Endpoint }[];
  listeners(): readonly { plan: PartPlan; here: Endpoint }[];
}

/** A connection that stands, or who said that it does not. */
export type Connection =
  | { hop: TcpHop; socket: Socket; plan: PartPlan }
  | { hop: TcpHop; message: string; socket?: never };

type TcpFailure = Extract<TcpHop['failure'], 'refused' | 'reset' | 'timeout'>;

/**
 * Opens a TCP connection to an address of the story. What the book does not know is never dialled: it fails
 * as it would where only the book's machines exist. Throws only when the signal aborts.
 */
export const openConnection = async (
  book: Book,
  host: string,
  port: number,
  { connectMs, signal }: { connectMs: number; signal: AbortSignal | undefined },
  watch: Stopwatch,
): Promise<Connection> => {
  const startMs = watch.now();
  const entry = book.dial(host, port);
  const here = entry ? `${entry.here.host}:${entry.here.port}` : '';
  const hop = (failure?: TcpFailure): TcpHop => ({
    part: 'tcp',
    address: `${host}:${port}`,
    here,
    startMs,
    durationMs: watch.since(startMs),
    ...(entry?.addedMs !== undefined && failure !== 'timeout' && { addedMs: entry.addedMs }),
    ...(failure ? { failure } : {}),
  });
  if (!entry) {
    const { failure, message } = absence(book, host, port);
    return { hop: hop(failure), message };
  }
  const result = await reached(entry, connectMs, signal);
  if (typeof result !== 'string') return { hop: hop(), socket: result, plan: entry.plan };
  return { hop: hop(result), message: failureText(result, host, port, connectMs) };
};

/** Why nothing was sent, and what would have come of it. */
const absence = (book: Book, host: string, port: number): { failure: TcpFailure; message: string } => {
  if (host.startsWith('127.') || host === '::1')
    return {
      failure: 'refused',
      message: `${host} always means the machine that asks, here the browser's own, and nothing listens there on port ${port}`,
    };
  if (book.entries().some(({ plan }) => plan.open && plan.address.host === host))
    return { failure: 'refused', message: `${host} refused: nothing listens on its port ${port}` };
  return {
    failure: 'timeout',
    message: `this lab has no machine ${host}, so nothing was sent; nobody would answer, and a browser would wait in vain`,
  };
};

const failureText = (failure: TcpFailure, host: string, port: number, connectMs: number): string =>
  ({
    refused: `the operating system of ${host} refused: nothing listens on port ${port}`,
    reset: `the operating system of ${host} reset the connection while it was being opened`,
    timeout: `${host} did not accept a connection on port ${port} within ${connectMs / 1000} s (this lab gives up sooner than others do)`,
  })[failure];

/** One that is far away stands when its other end says so. */
const reached = async (
  { here, addedMs }: { here: Endpoint; addedMs?: number },
  connectMs: number,
  signal: AbortSignal | undefined,
): Promise<Socket | TcpFailure> => {
  const socket = await dialled(here, connectMs, signal);
  if (typeof socket === 'string' || addedMs === undefined) return socket;
  const destroy = (): void => void socket.destroy();
  signal?.addEventListener('abort', destroy);
  const result = await knock(socket, connectMs);
  signal?.removeEventListener('abort', destroy);
  signal?.throwIfAborted();
  if (result === 'open') return socket;
  socket.destroy();
  return result;
};

const dialled = (
  { host, port }: Endpoint,
  connectMs: number,
  signal: AbortSignal | undefined,
): Promise<Socket | TcpFailure> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const finish = (result: Socket | TcpFailure) => {
      release();
      if (typeof result === 'string') socket.destroy();
      resolve(result);
    };
    const abort = () => {
      release();
      socket.destroy();
      reject(signal?.reason);
    };
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.removeAllListeners('connect');
    };
    const timer = setTimeout(() => finish('timeout'), connectMs);
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    // Stays: an error after the connection stands must not end the tutor.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' ? 'refused' : error.code === 'ETIMEDOUT' ? 'timeout' : 'reset'),
    );
    socket.on('connect', () => finish(socket));
  });
