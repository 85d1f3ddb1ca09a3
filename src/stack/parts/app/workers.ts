/** The worker that takes a request, and how long the request has waited for it. */
export interface Slot {
  /** From 1. */
  worker: number;
  queueMs: number;
}

/** Every worker is busy and the queue has no place left. */
export class QueueFullError extends Error {
  override name = 'QueueFullError';
}

export interface Workers {
  /**
   * Runs the task as soon as a worker is free, first come, first served.
   * Rejects with QueueFullError at once, or with the signal's reason when it fires before the task's turn.
   */
  run<T>(task: (slot: Slot) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Takes effect at once; who works or waits already is not sent away. */
  resize(count: number, places: number): void;
  readonly busy: number;
  readonly waiting: number;
}

export const createWorkers = (count: number, places: number): Workers => {
  let limit = count;
  let room = places;
  const busy = new Set<number>();
  const numbers = (): number[] => Array.from({ length: limit }, (_, index) => index + 1);
  let idle = numbers();
  const queue: ((worker: number) => void)[] = [];

  const enqueue = (signal?: AbortSignal): Promise<number> =>
    new Promise((resolve, reject) => {
      const turn = (worker: number): void => {
        signal?.removeEventListener('abort', leave);
        resolve(worker);
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(turn), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(turn);
    });

  const take = (): number | undefined => {
    // Who still works although there are to be fewer counts, too.
    const worker = busy.size < limit ? idle.shift() : undefined;
    if (worker !== undefined) busy.add(worker);
    return worker;
  };

  /** Gives what is idle to those who wait. */
  const handOut = (): void => {
    while (queue.length > 0) {
      const worker = take();
      if (worker === undefined) return;
      queue.shift()?.(worker);
    }
  };

  const release = (worker: number): void => {
    busy.delete(worker);
    // Of fewer than there were, those with the highest numbers go home.
    if (worker <= limit) idle.push(worker);
    handOut();
  };

  return {
    run: async (task, signal) => {
      signal?.throwIfAborted();
      const arrived = performance.now();
      const free = take();
      if (free === undefined && queue.length >= room) throw new QueueFullError();
      const worker = free ?? (await enqueue(signal));
      try {
        return await task({ worker, queueMs: free === undefined ? performance.now() - arrived : 0 });
      } finally {
        release(worker);
      }
    },
    resize: (newCount, newPlaces) => {
      limit = newCount;
      room = newPlaces;
      const known = new Set([...idle, ...busy]);
      idle = [...idle, ...numbers().filter(worker => !known.has(worker))].filter(worker => worker <= limit);
      handOut();
    },
    get busy() {
      return busy.size;
    },
    get waiting() {
      return queue.length;
    },
  };
};
