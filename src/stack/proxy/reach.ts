import type { Socket } from 'node:net';
import { type Book, openConnection } from '../browser/connect.ts';
import { startStopwatch } from '../browser/stopwatch.ts';
import type { Names } from './names.ts';
import type { Refusal } from './refusal.ts';
import type { Target } from './target.ts';

export interface Reach {
  book: Book;
  names: Names;
  /** Has the web server speak TLS; called before somebody dials where it should. */
  secure(): Promise<unknown>;
  /** Milliseconds to wait for one TCP connection. */
  connectMs: number;
}

/**
 * A connection to the target: its name is looked up in the lab's DNS, its address in the address book, and
 * what is in neither is never dialled. Rejects only when the signal aborts.
 */
export const reach = async (
  { book, names, secure, connectMs }: Reach,
  { host, port }: Target,
  signal: AbortSignal,
): Promise<{ socket: Socket } | { socket?: never; refusal: Refusal }> => {
  const { addresses, failure, message = '' } = await names.find(host);
  signal.throwIfAborted();
  if (failure) return { refusal: { status: 502, failure, message } };
  let refusal: Refusal = { status: 502, failure: 'nodata', message: `${host} has no address` };
  for (const address of addresses) {
    // Where it cannot be done, whoever dials will see why.
    if (book.dial(address, port)?.plan.secure?.port === port) await secure().catch(() => {});
    const { socket, hop, ...rest } = await openConnection(
      book,
      address,
      port,
      { connectMs, signal },
      startStopwatch(),
    );
    if (socket) return { socket };
    const failed = hop.failure ?? 'refused';
    // Where nothing was dialled, nobody has kept us waiting.
    const status = failed === 'timeout' && hop.here !== '' ? 504 : 502;
    refusal = { status, failure: failed, message: 'message' in rest ? rest.message : '' };
  }
  return { refusal };
};
