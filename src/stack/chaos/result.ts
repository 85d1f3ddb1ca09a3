/** What came of killing one server or part under load. */
export interface Survival {
  /** As in the lab language: `server-1`, `app@server-1`. */
  target: string;
  /** At least 99 % of the visitors were served from the failure to the repair. */
  survived: boolean;
  /** Share of those visitors that were served, 0 to 1. */
  availability: number;
  /** Milliseconds from the failure until visitors were served again and went on to be; 0 when they always were. */
  recoveryMs: number;
  /** Failed visitors by their reason, such as `502 from web`. */
  reasons: Readonly<Record<string, number>>;
}

export interface ChaosResult {
  matrix: readonly Survival[];
}

export interface ChaosOptions {
  signal?: AbortSignal;
  /** Hears of each target, in words. */
  tell?: (progress: string) => void;
  /** Hears of each line of the matrix as it becomes known. */
  onSurvival?: (survival: Survival) => void;
  /** Ends at the first target that was not survived: whoever only asks whether all are knows enough. */
  untilFailure?: boolean;
}
