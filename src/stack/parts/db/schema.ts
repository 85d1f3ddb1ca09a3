import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { siteFolder } from '../../entries.ts';
import type { Placement } from '../part.ts';
import { splitStatements } from './tokens.ts';

/**
 * The statements of the site's `schema.sql`, in order, without comments between them; none when there is no
 * such file. To put the data back, on any engine: drop all tables, then run these as the admin account.
 */
export const schemaStatements = async (siteDir: string): Promise<string[]> => {
  try {
    return splitStatements(await readFile(join(siteDir, 'schema.sql'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** With which a primary begins; a server that runs no application has no copy of its files. */
export const firstSchema = ({ siteDir }: Pick<Placement, 'siteDir'>): Promise<string[]> =>
  schemaStatements(existsSync(siteDir) ? siteDir : siteFolder('v1'));
