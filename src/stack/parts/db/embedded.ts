import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processEntry } from '../../entries.ts';
import type { PartEngine, Placement } from '../part.ts';
import type { DbConfig } from './config.ts';
import { traceEvidence } from './evidence.ts';
import { greets } from './greeting.ts';
import { schemaStatements } from './schema.ts';

const filesOf = ({ dir }: Placement) => ({
  config: join(dir, 'db.json'),
  database: join(dir, 'data.sqlite'),
  init: join(dir, 'init.sql'),
  queries: join(dir, 'queries.log'),
  trace: join(dir, 'trace.log'),
});

const configOf = (at: Placement, hasInit: boolean): DbConfig => {
  const files = filesOf(at);
  const { database, web, admin } = at.accounts;
  return {
    listen: at.listen,
    file: files.database,
    database,
    accounts: [
      { ...web, admin: false },
      { ...admin, admin: true },
    ],
    ...(hasInit && { initFile: files.init }),
    logs: { queries: files.queries, trace: files.trace },
  };
};

export const embeddedDb: PartEngine = {
  part: 'db',
  engine: 'embedded',
  label: 'embedded, MySQL-compatible, SQLite inside',
  prepare: async at => {
    const files = filesOf(at);
    const first = !existsSync(files.database);
    if (first) {
      const statements = await schemaStatements(at.siteDir);
      await writeFile(files.init, statements.map(statement => `${statement};\n`).join(''));
    }
    await writeFile(files.config, JSON.stringify(configOf(at, first), null, 2), { mode: 0o600 });
  },
  launch: at => ({
    file: process.execPath,
    // Young objects die with each reply: a small nursery keeps the process small under load, at the same speed.
    args: [
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=2',
      processEntry('db'),
      filesOf(at).config,
    ],
    tells: true,
  }),
  answers: (at, signal) => greets(at.listen, signal),
  reloads: false,
  logs: at => [filesOf(at).queries, join(at.dir, 'output.log')],
  evidence: at => traceEvidence(filesOf(at).trace, at.plan.server),
};
