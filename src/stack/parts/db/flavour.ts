import { dirname } from 'node:path';
import type { Launch } from '../part.ts';

interface LogFiles {
  errors: string;
}

/** Where MariaDB and MySQL differ. */
export interface Flavour {
  name: 'MariaDB' | 'MySQL';
  leastVersion: string;
  /** Programs of which one makes a data directory. */
  initialisers: readonly string[];
  initialise(program: string, folder: string): Launch;
  /** Folders of a new data directory that it does without. */
  needless: readonly string[];
  args(files: LogFiles): string[];
  /** Of the accounts that a new data directory has, those that anybody could use. */
  removeAccounts: readonly string[];
  replication: ReplicationWords;
}

/** Replication, which the two say differently. */
interface ReplicationWords {
  args: readonly string[];
  /** File in the data directory that is there for as long as it repeats somebody, where there is one. */
  sourceFile?: string;
  /** What the lab's own account may do with replication, beside what it may do with its database. */
  adminRights: readonly string[];
  /** Repeats this source, from where it stands. */
  follow(source: Followed): string[];
  /** Repeats nobody any more. */
  leave: readonly string[];
}

interface Followed {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** Both programs refuse to be run by root unless they are told so. */
export const asRoot = (): string[] => (process.getuid?.() === 0 ? ['--user=root'] : []);

/**
 * The line in what the program printed that says why it gives up, without its time; the last ones only say that
 * it does. AppArmor keeps such programs to the folders of the system's own database on some systems.
 */
export const complaint =
  (program: string) =>
  (output: string): string | undefined => {
    const lines = output.split('\n');
    const forbidden = lines.find(line => /Permission denied|error number 13\b/.test(line));
    const error = lines.find(line => line.includes('[ERROR]') && !line.endsWith('Aborting'));
    const line = (forbidden ?? error)?.replace(/^.*\[(Warning|ERROR)\] (\[[\w-]+\] )*/, '');
    if (forbidden === undefined) return line;
    return `${line}; if an AppArmor profile forbids it, change that (sudo aa-complain ${program}) or use --engine embedded`;
  };

/**
 * At its start each of them removes temporary tables that it takes for its own, and gives up when another one is
 * faster: so nobody shares a folder for them.
 */
const environment = (folder: string): Record<string, string> => ({ LC_ALL: 'C', TMPDIR: dirname(folder) });

export const mariadb: Flavour = {
  name: 'MariaDB',
  // The rights to manage replication have their names since then.
  leastVersion: '10.5.9',
  initialisers: ['mariadb-install-db', 'mysql_install_db'],
  initialise: (program, folder) => ({
    file: '/bin/sh',
    args: [
      '-c',
      // The initialiser is a script, whose children would go on when only it is killed.
      'trap "kill -KILL 0" TERM; "$@" & wait $!',
      'sh',
      program,
      '--no-defaults',
      `--datadir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      // A fifth of the time and of the size; the same value is needed at each start.
      '--innodb-log-file-size=4M',
      ...asRoot(),
    ],
    env: environment(folder),
    deathSignal: 'SIGTERM',
  }),
  // Views over performance_schema, which is off.
  needless: ['sys'],
  args: ({ errors }) => [
    '--innodb-log-file-size=4M',
    // Waits for no disk, as nothing here has to outlive the machine: a quarter of the start.
    '--innodb-flush-method=nosync',
    '--aria-pagecache-buffer-size=1M',
    '--innodb-buffer-pool-dump-at-shutdown=0',
    '--innodb-buffer-pool-load-at-startup=0',
    '--silent-startup',
    '--log-warnings=1',
    '--open-files-limit=1024',
    // Makes CREATE TABLE ignore DATA DIRECTORY, which would put files anywhere.
    '--skip-symbolic-links',
    // The slow query log tells that a statement took place, not that it failed. Loose: the plugin may be missing.
    '--plugin-load-add=sql_errlog',
    `--loose-sql-error-log-filename=${errors}`,
  ],
  removeAccounts: [
    "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys'",
    'DELETE FROM mysql.proxies_priv',
    'FLUSH PRIVILEGES',
  ],
  replication: {
    args: [
      '--log-bin=binlog',
      '--relay-log=relay',
      // Statements as they came, with the comments that say which request they belong to, where that is safe.
      '--binlog-format=MIXED',
      '--log-slave-updates=1',
      '--gtid-strict-mode=1',
      // The statements at its start say whom it repeats.
      '--skip-slave-start',
      '--slave-net-timeout=4',
      // What a replica repeats was no part of the request: nobody waited for it.
      '--loose-log-slow-slave-statements=0',
    ],
    sourceFile: 'master.info',
    adminRights: [
      'REPLICATION SLAVE ADMIN',
      'REPLICA MONITOR',
      'BINLOG MONITOR',
      'BINLOG ADMIN',
      'READ_ONLY ADMIN',
      // For RESET REPLICA.
      'RELOAD',
    ],
    follow: ({ host, port, user, password }) => [
      // A second is the least time between two tries to connect.
      `CHANGE MASTER TO MASTER_HOST='${host}', MASTER_PORT=${port}, MASTER_USER='${user}', ` +
        `MASTER_PASSWORD='${password}', MASTER_CONNECT_RETRY=1, MASTER_SSL=0, MASTER_USE_GTID=slave_pos`,
      'START SLAVE',
    ],
    leave: ['RESET SLAVE ALL'],
  },
};

/** Written after MySQL's manual; not tried out, because the machines of our tests have MariaDB. */
export const mysql: Flavour = {
  name: 'MySQL',
  leastVersion: '8.0.0',
  initialisers: ['mysqld'],
  initialise: (program, folder) => ({
    file: program,
    args: ['--no-defaults', ...asRoot(), '--initialize-insecure', `--datadir=${folder}`],
    env: environment(folder),
  }),
  // Its name for itself, which no two servers may share.
  needless: ['auto.cnf'],
  args: () => ['--mysqlx=OFF'],
  removeAccounts: ["DROP USER IF EXISTS 'root'@'localhost'"],
  replication: {
    args: [
      '--log-bin=binlog',
      '--relay-log=relay',
      '--binlog-format=MIXED',
      '--gtid-mode=ON',
      '--enforce-gtid-consistency=ON',
      '--skip-replica-start=ON',
      '--replica-net-timeout=4',
    ],
    adminRights: [
      'REPLICATION_SLAVE_ADMIN',
      'REPLICATION CLIENT',
      'CONNECTION_ADMIN',
      'SYSTEM_VARIABLES_ADMIN',
      'RELOAD',
    ],
    follow: ({ host, port, user, password }) => [
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_PORT=${port}, SOURCE_USER='${user}', ` +
        `SOURCE_PASSWORD='${password}', SOURCE_CONNECT_RETRY=1, SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1`,
      'START REPLICA',
    ],
    leave: ['STOP REPLICA', 'RESET REPLICA ALL'],
  },
};
