/** One of the two halves of a replica: runs until it is told to stop, or ends by itself. */
export interface Half {
  readonly running: boolean;
  start(): void;
  /** Resolves when it stands still. */
  stop(): Promise<void>;
}

/** `work` never rejects, and ends soon after the signal fires. */
export const createHalf = (work: (signal: AbortSignal) => Promise<void>): Half => {
  let current: { end: AbortController; over: Promise<void> } | undefined;
  return {
    get running() {
      return current !== undefined;
    },
    start: () => {
      if (current) return;
      const end = new AbortController();
      const over = work(end.signal).finally(() => {
        current = undefined;
      });
      current = { end, over };
    },
    stop: async () => {
      current?.end.abort();
      await current?.over;
    },
  };
};
