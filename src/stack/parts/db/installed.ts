import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PartEngine, Placement } from '../part.ts';
import { findProgram, isAtLeast, programPlaces, type Search, versionOf } from '../programs.ts';
import { dataFolder } from './data-folder.ts';
import { asRoot, complaint, type Flavour, mariadb, mysql } from './flavour.ts';
import { greets } from './greeting.ts';
import { serverIdFile, serverIdOf, sourceOf } from './replication/identity.ts';
import { firstSchema } from './schema.ts';
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
  /** Read at the first start. */
  init: join(dir, 'init.sql'),
  /** Read at every other start, where there is something to say. */
  again: join(dir, 'again.sql'),
  pid: join(dir, 'pid'),
  queries: join(dir, 'queries.log'),
  slow: join(dir, 'trace.log'),
  errors: join(dir, 'errors.log'),
  /** For temporary tables. */
  temporary: join(dir, 'tmp'),
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
      mkdirSync(files.temporary, { recursive: true });
      rmSync(files.again, { force: true });
      const source = sourceOf(at);
      const { sourceFile, follow, leave } = flavour.replication;
      const repeats = sourceFile !== undefined && existsSync(join(files.data, sourceFile));
      // Its data is that of a primary, which may hold what nobody else has.
      const wasPrimary = source !== undefined && sourceFile !== undefined && !repeats;
      // Still there: the first start never got as far as an answer.
      if (existsSync(files.data) && !existsSync(files.init) && !wasPrimary) {
        const statements = source ? follow(source) : repeats ? leave : [];
        if (statements.length > 0) writeFileSync(files.again, asFile(statements), { mode: 0o600 });
        return;
      }
      rmSync(files.data, { recursive: true, force: true });
      rmSync(serverIdFile(at), { force: true });
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
          // Another server would take the temporary tables in a shared folder for its own, and remove them.
          `--tmpdir=${files.temporary}`,
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
          ...flavour.replication.args,
          `--server-id=${serverIdOf(at)}`,
          ...(at.plan.source === undefined ? [] : ['--read-only=1']),
          ...[files.init, files.again]
            .filter(path => existsSync(path))
            .slice(0, 1)
            .map(path => `--init-file=${path}`),
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
  const { database, web, admin, replication } = at.accounts;
  const { host } = at.listen;
  const source = sourceOf(at);
  const { adminRights, follow } = flavour.replication;
  const account = ({ user }: { user: string }): string => `'${user}'@'${host}'`;
  return asFile([
    // Every database of the run makes these itself, before it repeats anything.
    'SET SESSION sql_log_bin = 0',
    ...flavour.removeAccounts,
    `CREATE DATABASE ${database}`,
    `CREATE USER ${account(web)} IDENTIFIED BY '${web.password}'`,
    `CREATE USER ${account(admin)} IDENTIFIED BY '${admin.password}'`,
    `GRANT ${webRights} ON ${database}.* TO ${account(web)}`,
    `CREATE USER ${account(replication)} IDENTIFIED BY '${replication.password}'`,
    `GRANT ALL ON ${database}.* TO ${account(admin)}`,
    `GRANT ${adminRights.join(', ')} ON *.* TO ${account(admin)}`,
    `GRANT REPLICATION SLAVE ON *.* TO ${account(replication)}`,
    'SET SESSION sql_log_bin = 1',
    ...(source ? follow(source) : [`USE ${database}`, ...(await firstSchema(at))]),
  ]);
};

const asFile = (statements: readonly string[]): string =>
  statements.map(statement => `${statement};\n`).join('');
