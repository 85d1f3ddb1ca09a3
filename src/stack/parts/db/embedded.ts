import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processEntry } from '../../entries.ts';
import type { PartEngine, Placement } from '../part.ts';
import type { DbConfig } from './config.ts';
import { traceEvidence } from './evidence.ts';
import { greets } from './greeting.ts';
import { serverIdFile, serverIdOf, sourceOf } from './replication/identity.ts';
import { readSource, unsetSource, writeSource } from './replication/source.ts';
import { firstSchema } from './schema.ts';

const filesOf = ({ dir }: Placement) => ({
  config: join(dir, 'db.json'),
  database: join(dir, 'data.sqlite'),
  init: join(dir, 'init.sql'),
  log: join(dir, 'binlog.000001'),
  source: join(dir, 'master.info'),
  queries: join(dir, 'queries.log'),
  trace: join(dir, 'trace.log'),
});

const configOf = (at: Placement, hasInit: boolean): DbConfig => {
  const files = filesOf(at);
  const { database, web, admin, replication } = at.accounts;
  return {
    listen: at.listen,
    file: files.database,
    database,
    accounts: [
      { ...web, admin: false },
      { ...admin, admin: true },
      { ...replication, admin: false, replication: true },
    ],
    serverId: serverIdOf(at),
    log: files.log,
    sourceFile: files.source,
    readOnly: at.plan.source !== undefined,
    ...(hasInit && { initFile: files.init }),
    logs: { queries: files.queries, trace: files.trace },
  };
};

/** Everything that belongs to the data. */
const forgetData = async (at: Placement): Promise<void> => {
  const { database, log } = filesOf(at);
  const files = [...['', '-wal', '-shm'].map(suffix => database + suffix), log, serverIdFile(at)];
  await Promise.all(files.map(file => rm(file, { force: true })));
};

export const embeddedDb: PartEngine = {
  part: 'db',
  engine: 'embedded',
  label: 'embedded, MySQL-compatible, SQLite inside',
  prepare: async at => {
    const files = filesOf(at);
    const source = sourceOf(at);
    // Its data is that of a primary, which may hold what nobody else has.
    if (source && !existsSync(files.source)) await forgetData(at);
    const first = !existsSync(files.database);
    if (source) writeSource(files.source, { ...unsetSource, ...readSource(files.source), ...source });
    else await rm(files.source, { force: true });
    if (first) {
      const statements = source ? [] : await firstSchema(at);
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
