import type { Zone } from './zone.ts';

/** Where the server has its zone from. */
export interface ZoneKeeper {
  /** What is known of the zone; nothing while it has never been there, or is too old. */
  readonly zone: Zone | undefined;
  /** To be called when the server listens. Resolves when the zone is there, as new as it can be had now. */
  begin(): Promise<void>;
  /** Looks for a newer one; the report says what came of it. */
  reload(): Promise<void>;
  close(): void;
}
