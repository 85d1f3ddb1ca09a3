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
  readonly busy: number;
  readonly waiting: number;
}

export const createWorkers = (count: number, places: number): Workers => {
  const idle = Array.from({ length: count }, (_, index) => index + 1);
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

  const release = (worker: number): void => {
    const next = queue.shift();
    if (next) next(worker);
    else idle.push(worker);
  };

  return {
    run: async (task, signal) => {
      signal?.throwIfAborted();
      const arrived = performance.now();
      const free = idle.shift();
      if (free === undefined && queue.length >= places) throw new QueueFullError();
      const worker = free ?? (await enqueue(signal));
      try {
        return await task({ worker, queueMs: free === undefined ? performance.now() - arrived : 0 });
      } finally {
        release(worker);
      }
    },
    get busy() {
      return count - idle.length;
    },
    get waiting() {
      return queue.length;
    },
  };
};
