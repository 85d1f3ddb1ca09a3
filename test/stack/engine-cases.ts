/** The engines that are present on this machine; a suite over them names those that are missing. */
import type { EngineChoice } from '../../src/stack/engine-choice.ts';
import { findInstalled } from '../../src/stack/engines.ts';
import { embeddedDb } from '../../src/stack/parts/db/embedded.ts';
import type { PartEngine } from '../../src/stack/parts/part.ts';

export const found = await findInstalled();

// Short: vitest cuts long names.
const skipped = (...missing: (string | false)[]): string => {
  const names = missing.filter(Boolean);
  return names.length > 0 ? ` (skipped: no ${names.join(', no ')})` : '';
};
const noNginx = !found.web.engine && 'nginx';
const noMariadb = !found.db.engine && 'MariaDB';

export interface StackCase {
  name: string;
  engine: EngineChoice;
  present: boolean;
}

/** Whole stacks. */
export const stackCases: StackCase[] = [
  { name: 'embedded', engine: 'embedded', present: true },
  {
    name: `installed${skipped(noNginx, noMariadb)}`,
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
    name: found.db.engine?.label ?? `installed${skipped(noMariadb)}`,
    engine: found.db.engine ?? embeddedDb,
    present: found.db.engine !== undefined,
  },
];

export const isMariadb = (engine: PartEngine): boolean => engine.label.startsWith('MariaDB');
