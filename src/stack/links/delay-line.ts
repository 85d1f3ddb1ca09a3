import type { Socket } from 'node:net';

export interface Delay {
  /** Milliseconds from one end to the other; may change. */
  ms(): number;
  /** By `performance.now()`: nothing arrives earlier. */
  notBefore: number;
  /** What is handed on of the first bytes. */
  first?(bytes: Buffer): Buffer;
}

/** Bytes on the way, beyond which the sender has to wait. */
const fullBytes = 4 << 20;

interface Item {
  dueMs: number;
  bytes: number;
  deliver(): void;
}

/** Hands everything on that comes from one side to the other, later: bytes in their order, an end, and a reset. */
export const delayLine = (from: Socket, to: Socket, { ms, notBefore, first }: Delay): void => {
  const items: Item[] = [];
  let bytes = 0;
  let ended = false;
  let full = false;
  let timer: NodeJS.Timeout | undefined;

  // When the delay becomes shorter nothing overtakes what is on the way: it waits behind the first one.
  const deliver = (): void => {
    const now = performance.now();
    for (let next = items[0]; next && next.dueMs <= now && !full; next = items[0]) {
      items.shift();
      bytes -= next.bytes;
      next.deliver();
    }
    if (bytes < fullBytes && from.isPaused()) from.resume();
    clearTimeout(timer);
    const [next] = items;
    if (next && !full) timer = setTimeout(deliver, Math.max(1, Math.ceil(next.dueMs - now)));
  };
  const enter = (deed: () => void, size = 0): void => {
    const dueMs = Math.max(performance.now() + ms(), notBefore);
    items.push({ dueMs, bytes: size, deliver: deed });
    bytes += size;
    if (items.length === 1) deliver();
    if (bytes >= fullBytes) from.pause();
  };

  to.on('drain', () => {
    full = false;
    deliver();
  });
  let filter = first;
  from.on('data', (came: Buffer) => {
    const piece = filter ? filter(came) : came;
    filter = undefined;
    enter(() => {
      if (!to.destroyed && piece.length > 0) full = !to.write(piece);
    }, piece.length);
  });
  from.on('end', () => {
    ended = true;
    enter(() => void to.end());
  });
  from.on('error', () => {});
  from.on('close', broken => {
    if (broken || !ended) enter(() => void to.resetAndDestroy());
  });
};
