import type { EngineChoice } from './engine-choice.ts';
import { embeddedApp } from './parts/app/embedded.ts';
import { embeddedDb } from './parts/db/embedded.ts';
import { embeddedDns } from './parts/dns/embedded.ts';
import { failoverEngine } from './parts/failover/engine.ts';
import type { PartEngine } from './parts/part.ts';
import { programPlaces, type Search } from './parts/programs.ts';
import { embeddedWeb, forEachWebPart } from './parts/web/embedded.ts';
import { StackError } from './stack.ts';
import type { PartName } from './topology.ts';

/** What plays each part of a stack. */
export type Engines = Readonly<Record<PartName, PartEngine>>;

export const embeddedEngines: Engines = {
  dns: embeddedDns,
  ...forEachWebPart(embeddedWeb),
  app: embeddedApp,
  db: embeddedDb,
  failover: failoverEngine,
};

/** Looks for the programs that can play a part; the other parts are always embedded. */
export const findInstalled = async (places = programPlaces()): Promise<{ web: Search; db: Search }> => {
  const [{ findNginx }, { findDatabase }] = await Promise.all([
    import('./parts/web/installed.ts'),
    import('./parts/db/installed.ts'),
  ]);
  const [web, db] = await Promise.all([findNginx(places), findDatabase(places)]);
  return { web, db };
};

/** Throws StackError, naming what is missing, when `installed` is insisted on. */
export const chooseEngines = async (choice: EngineChoice, places = programPlaces()): Promise<Engines> => {
  if (choice === 'embedded') return embeddedEngines;
  const { web, db } = await findInstalled(places);
  const missing = [web, db].flatMap(({ reason }) => reason ?? []);
  if (choice === 'installed' && missing.length > 0)
    throw new StackError(`${missing.join('; ')}: install it, or use --engine auto`);
  return {
    ...embeddedEngines,
    ...(web.engine && forEachWebPart(web.engine)),
    ...(db.engine && { db: db.engine }),
  };
};
