/** What the visitors of some time met, each counted where it was due, however late its visit ended. Pure. */
import { count, type Histogram } from './histogram.ts';
import { emptyTally, type Tally } from './tally.ts';

/** One visitor whose visit is over. Times in milliseconds since the start of the load. */
export interface Visited {
  dueMs: number;
  /** How much too late it was sent. */
  lagMs: number;
  doneMs: number;
  /** Why it counts as failed. */
  failure?: string;
  /** Version of the site that answered. */
  version?: string;
}

/** When answers of one version of the site came. */
export interface VersionSeen {
  count: number;
  firstMs: number;
  lastMs: number;
}

export interface Span {
  tally: Tally;
  /** Milliseconds in which no visitor was served: several in a row were not. */
  downMs: number;
  /** Milliseconds from the beginning until everybody was served again; 0 when everybody was all the time. */
  recoveryMs: number;
  versions: Readonly<Record<string, VersionSeen>>;
}

/** So many in a row make it a time without service; fewer are single failures. */
const inARow = 3;

/** The span that began at `fromMs` and ended at `toMs`; the visitors in the order in which they were due. */
export const spanOf = (visitors: readonly Visited[], fromMs: number, toMs: number): Span => {
  const failed: Record<string, number> = {};
  const [latency, lag]: [Record<number, number>, Record<number, number>] = [{}, {}];
  const versions: Record<string, VersionSeen> = {};
  let downMs = 0;
  let recoveryMs = 0;
  let run: Visited[] = [];
  const endRun = (atMs: number): void => {
    const [first] = run;
    if (!first) return;
    if (run.length >= inARow) downMs += atMs - first.dueMs;
    recoveryMs = atMs - fromMs;
    run = [];
  };
  for (const visitor of visitors) {
    const { dueMs, doneMs, lagMs, failure, version } = visitor;
    count(lag, lagMs);
    if (version !== undefined) versions[version] = seen(versions[version], doneMs);
    if (failure === undefined) {
      count(latency, doneMs - dueMs);
      endRun(dueMs);
    } else {
      failed[failure] = (failed[failure] ?? 0) + 1;
      run.push(visitor);
    }
  }
  endRun(toMs);
  const failures = Object.values(failed).reduce((sum, number) => sum + number, 0);
  const tally: Tally = {
    ...emptyTally,
    sent: visitors.length,
    served: visitors.length - failures,
    failed,
    latency: latency as Histogram,
    lag: lag as Histogram,
  };
  return { tally, downMs, recoveryMs, versions };
};

const seen = (before: VersionSeen | undefined, atMs: number): VersionSeen => ({
  count: (before?.count ?? 0) + 1,
  firstMs: Math.min(before?.firstMs ?? atMs, atMs),
  lastMs: Math.max(before?.lastMs ?? atMs, atMs),
});

/** Milliseconds from the first answer of one version to the last of the other. */
export const mixedMs = ({ versions }: Span, from: string, to: string): number =>
  Math.max(0, (versions[from]?.lastMs ?? 0) - (versions[to]?.firstMs ?? Number.POSITIVE_INFINITY));
