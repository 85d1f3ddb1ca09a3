import type { Endpoint } from '../address-book.ts';
import type { Hop } from '../browser/trace.ts';
import type { Engine, PartName, PartPlan } from '../topology.ts';

/** A part in its place: what an engine is told about the run it belongs to. All paths are absolute. */
export interface Placement {
  readonly plan: PartPlan;
  /** The part's own folder inside the run directory; the engine may do with it as it likes. */
  dir: string;
  /** The working copy of the application files on the part's server. */
  siteDir: string;
  /** Where it must listen. */
  listen: Endpoint;
  /** Where it must speak TLS, when its plan says so. */
  readonly secure?: Endpoint | undefined;
  /** The parts of that name to which the plan links this one, in the plan's order; another plan may change them. */
  peers(part: PartName): readonly Peer[];
  /** Those that repeat the data of this one. */
  followers(): readonly Peer[];
  /** What the names of the site lead to. */
  site(): SiteAddresses;
  accounts: Accounts;
}

/** Addresses of the story. */
export interface SiteAddresses {
  /** Of the name that visitors type. */
  www: string;
  /** Of the name without `www.`. */
  apex: string;
  nameServers: readonly string[];
}

/** Somebody else, and where that is on this machine. */
export interface Peer {
  plan: PartPlan;
  here: Endpoint;
}

/** What an engine writes for its part, and learners may change. */
export interface GeneratedFile {
  text: string;
  /** Permissions, where the usual ones let too many people read. */
  mode?: number;
  /** Last touch on a text that takes the place of `present`, such as a number that has to go up. */
  revised?(text: string, present: string): string;
}

/** Database accounts of this run; passwords are drawn anew each time. */
export interface Accounts {
  database: string;
  web: { user: string; password: string };
  admin: { user: string; password: string };
  /** With which a replica reads the log of its source. */
  replication: { user: string; password: string };
}

export interface Launch {
  file: string;
  args: string[];
  env?: Record<string, string>;
  /**
   * What the kernel sends it when its guard is killed; SIGKILL when nothing is said, because a paused process
   * sees no other signal. A program with children of its own needs one on which it takes them along.
   */
  deathSignal?: 'SIGKILL' | 'SIGTERM';
  /** It says by `tellReady` when it listens: then nobody has to knock at its door before. */
  tells?: boolean;
  /** It exchanges messages with the tutor over Node's channel; only a Node program can. */
  talks?: boolean;
}

/** Runs a helper program of a part to its end, in the part's folder; resolves to what it printed. */
export type RunHelper = (launch: Launch, why: string) => Promise<{ code: number | null; output: string }>;

/**
 * What plays a part. One contract test suite per part runs against every engine present.
 * Standard output and standard error of the process go to `<dir>/output.log`.
 */
export interface PartEngine {
  part: PartName;
  engine: Engine;
  /** What the screen calls it, such as `Nginx 1.22.1` or `embedded, obeys the same nginx.conf`. */
  label: string;
  /**
   * Writes the configuration into `at.dir`. Called before every start; keeps what the learner edited. What takes
   * a program of its own is run by `run`, so that it cannot outlive the tutor either.
   */
  prepare(at: Placement, run?: RunHelper): Promise<void>;
  launch(at: Placement): Launch;
  /** One try: whether the part answers its own protocol now. Never throws; gives up when aborted. */
  answers(at: Placement, signal: AbortSignal): Promise<boolean>;
  /** The line in the output of a failed start that says why; the last one where an engine does not know better. */
  complaint?(output: string): string | undefined;
  /** Throws away what it keeps between runs, after a start that failed; whether another try makes sense. */
  renew?(): Promise<boolean>;
  /** Whether SIGHUP makes it read its configuration again without closing its port. */
  reloads: boolean;
  /** Calls `signal`, which sends SIGHUP, and resolves when the new configuration is obeyed, or was refused. */
  reload?(at: Placement, pid: number, signal: () => void): Promise<void>;
  /**
   * Configuration that learners may edit, by its path, as it follows from the plan now. `prepare` writes what is
   * missing; when the plan changes, what was edited is merged with the new text; a reset puts it back.
   */
  generated?(at: Placement): ReadonlyMap<string, GeneratedFile>;
  /**
   * Of a part that repeats another one's data: throws away what is not as the plan says, at a reset, when its source
   * is as it was; whether the part has to be started anew.
   */
  discard?(at: Placement): Promise<boolean>;
  /** Has the running part forget the answers that it keeps for others. */
  purge?(at: Placement): Promise<void>;
  /** Log files that `logs PART` shows, the most telling first. */
  logs(at: Placement): string[];
  /** What the part reports about single requests; a part that sees no request ids has none. */
  evidence?(at: Placement): Evidence;
}

/** Joins a part's own report to a trace. */
export interface Evidence {
  /** The part's hop for this request, if it has been reported by now; the caller asks again. */
  find(requestId: string): Promise<Hop | undefined>;
}
