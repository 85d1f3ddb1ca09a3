/** SQLite has one writer: the others wait here, first come first served, and the process goes on. */

export interface Locks {
  /** Resolves when a lock may be free; also after a short while, as the holder may be another process. */
  wait(longest: number, signal: AbortSignal): Promise<void>;
  /** A connection has ended a transaction or a write. */
  released(): void;
  /** Tables are free, for which any number may have waited. */
  releasedAll(): void;
}

const pollMs = 25;

export const createLocks = (): Locks => {
  const waiting = new Set<() => void>();
  return {
    wait: (longest, signal) =>
      new Promise(resolve => {
        const done = () => {
          waiting.delete(done);
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(pollMs, Math.max(1, longest)));
        signal.addEventListener('abort', done);
        waiting.add(done);
      }),
    released: () => {
      const [first] = waiting;
      first?.();
    },
    releasedAll: () => {
      for (const done of waiting) done();
    },
  };
};
