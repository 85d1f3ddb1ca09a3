/** One timer for the phases of a try: starting it once for each of them would cost more than the rest of them. */
export interface Patience {
  /** From now on, this long. */
  wait(ms: number): void;
  stop(): void;
}

export const createPatience = (late: () => void): Patience => {
  let timer: NodeJS.Timeout | undefined;
  let current = 0;
  return {
    wait(ms) {
      if (timer && ms === current) {
        timer.refresh();
        return;
      }
      clearTimeout(timer);
      current = ms;
      timer = setTimeout(late, ms);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
