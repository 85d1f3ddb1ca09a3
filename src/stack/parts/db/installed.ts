import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PartEngine, Placement } from '../part.ts';
import { findProgram, isAtLeast, programPlaces, type Search, versionOf } from '../programs.ts';
import { dataFolder } from './data-folder.ts';
import { asRoot, complaint, type Flavour, mariadb, mysql } from './flavour.ts';
import { greets } from './greeting.ts';
import { schemaStatements } from './schema.ts';
import { slowLogEvidence } from './slow-log.ts';

/** MariaDB or MySQL as it is installed on this machine, with a data directory of its own. */
export const findDatabase = async (places = programPlaces()): Promise<Search> => {
  const file = findProgram(['mariadbd', 'mysqld'], places);
  if (!file) return { reason: 'neither MariaDB nor MySQL is installed' };
  // Such as `Ver 10.11.14-MariaDB-0+deb12u2 for ...`; `mysqld` may be either.
  const [version, brand] =
    (await versionOf(file, '--version', /\bVer (\d+\.\d+\.\d+(-MariaDB)?)/))?.split('-') ?? [];
  if (!version) return { reason: `${file} does not tell its version` };
  const flavour = brand === 'MariaDB' ? mariadb : mysql;
  const { name, leastVersion } = flavour;
  if (!isAtLeast(version, leastVersion))
    return { reason: `${file} is ${name} ${version}, and ${leastVersion} or newer is needed` };
  const initialiser = findProgram(flavour.initialisers, [
    dirname(file),
    join(dirname(file), '../scripts'),
    ...places,
  ]);
  if (!initialiser) return { reason: `${name} is installed without ${flavour.initialisers.join(' or ')}` };
  return { engine: createEngine(flavour, file, version, initialiser), file };
};

const filesOf = ({ dir }: Placement) => ({
  data: join(dir, 'data'),
  init: join(dir, 'init.sql'),
  pid: join(dir, 'pid'),
  queries: join(dir, 'queries.log'),
  slow: join(dir, 'trace.log'),
  errors: join(dir, 'errors.log'),
  /** The only folder that SQL could name, and nobody has the right to. */
  exchange: join(dir, 'exchange'),
});

const createEngine = (flavour: Flavour, file: string, version: string, initialiser: string): PartEngine => {
  const label = `${flavour.name} ${version}`;
  const data = dataFolder({
    label,
    make: folder => flavour.initialise(initialiser, folder),
    needless: flavour.needless,
    complaint: complaint(file),
  });
  return {
    part: 'db',
    engine: 'installed',
    label,
    prepare: async (at, run) => {
      const files = filesOf(at);
      // Each turn of the event loop would be waited for by the slowest part of all.
      rmSync(files.pid, { force: true });
      mkdirSync(files.exchange, { recursive: true });
      // Still there: the first start never got as far as an answer.
      if (existsSync(files.data) && !existsSync(files.init)) return;
      rmSync(files.data, { recursive: true, force: true });
      writeFileSync(files.init, await initStatements(flavour, at), { mode: 0o600 });
      await data.copyTo(files.data, run);
    },
    launch: at => {
      const files = filesOf(at);
      return {
        file,
        args: [
          '--no-defaults',
          ...asRoot(),
          `--datadir=${files.data}`,
          // No UNIX socket: nothing of ours uses one, and its path may be only 107 bytes long (103 on macOS).
          '--socket=',
          `--pid-file=${files.pid}`,
          `--bind-address=${at.listen.host}`,
          `--port=${at.listen.port}`,
          '--skip-name-resolve',
          // Each look whether it answers is a connection that never logs in.
          '--max-connect-errors=4294967295',
          '--character-set-server=utf8mb4',
          '--collation-server=utf8mb4_general_ci',
          // SQL reaches no files.
          `--secure-file-priv=${files.exchange}`,
          '--local-infile=0',
          // The memory of a small server.
          '--innodb-buffer-pool-size=16M',
          '--key-buffer-size=1M',
          '--performance-schema=OFF',
          // Survives a kill of the process; the data is not meant to survive the machine.
          '--innodb-flush-log-at-trx-commit=2',
          '--general-log=1',
          `--general-log-file=${files.queries}`,
          '--slow-query-log=1',
          '--long-query-time=0',
          `--slow-query-log-file=${files.slow}`,
          ...flavour.args(files),
          ...(existsSync(files.init) ? [`--init-file=${files.init}`] : []),
        ],
        env: { LC_ALL: 'C' },
      };
    },
    answers: async (at, signal) => {
      if (!(await greets(at.listen, signal))) return false;
      // It greets nobody before it has read this file; the next start must not read it again.
      await rm(filesOf(at).init, { force: true });
      return true;
    },
    complaint: complaint(file),
    renew: () => data.renew(),
    reloads: false,
    logs: at => [filesOf(at).queries, join(at.dir, 'output.log')],
    evidence: at => slowLogEvidence(filesOf(at), at.plan.server),
  };
};

/** Everything that the web application does with its own tables, and nothing else. */
const webRights =
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES';

const initStatements = async (flavour: Flavour, at: Placement): Promise<string> => {
  const { database, web, admin } = at.accounts;
  const { host } = at.listen;
  const account = ({ user }: { user: string }): string => `'${user}'@'${host}'`;
  return [
    ...flavour.removeAccounts,
    `CREATE DATABASE ${database}`,
    `CREATE USER ${account(web)} IDENTIFIED BY '${web.password}'`,
    `CREATE USER ${account(admin)} IDENTIFIED BY '${admin.password}'`,
    `GRANT ${webRights} ON ${database}.* TO ${account(web)}`,
    `GRANT ALL ON ${database}.* TO ${account(admin)}`,
    `USE ${database}`,
    ...(await schemaStatements(at.siteDir)),
  ]
    .map(statement => `${statement};\n`)
    .join('');
};
