/** The engines that are present on this machine; a suite over them names those that are missing. */
import type { EngineChoice } from '../../src/stack/engine-choice.ts';
import { findInstalled } from '../../src/stack/engines.ts';
import { embeddedDb } from '../../src/stack/parts/db/embedded.ts';
import type { PartEngine } from '../../src/stack/parts/part.ts';
import type { Search } from '../../src/stack/parts/programs.ts';

export const found = await findInstalled();

const skipped = (...searches: Search[]): string => {
  const reasons = searches.flatMap(({ reason }) => reason ?? []);
  return reasons.length > 0 ? ` (skipped: ${reasons.join('; ')})` : '';
};

export interface StackCase {
  name: string;
  engine: EngineChoice;
  present: boolean;
}

/** Whole stacks. */
export const stackCases: StackCase[] = [
  { name: 'embedded', engine: 'embedded', present: true },
  {
    name: `installed${skipped(found.web, found.db)}`,
    engine: 'installed',
    present: found.web.engine !== undefined && found.db.engine !== undefined,
  },
];

export interface DbCase {
  name: string;
  engine: PartEngine;
  present: boolean;
}

export const dbCases: DbCase[] = [
  { name: 'embedded', engine: embeddedDb, present: true },
  {
    name: found.db.engine?.label ?? `installed${skipped(found.db)}`,
    engine: found.db.engine ?? embeddedDb,
    present: found.db.engine !== undefined,
  },
];

export const isMariadb = (engine: PartEngine): boolean => engine.label.startsWith('MariaDB');
