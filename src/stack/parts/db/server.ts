/** What all connections share. */

import type { Process } from './information-schema.ts';
import { createLocks, type Locks } from './locks.ts';
import type { Logs } from './logs.ts';
import type { Plan } from './plan.ts';
import { recent } from './recent.ts';
import type { Journal } from './replication/journal.ts';
import type { Replica } from './replication/replica.ts';
import type { Scope } from './scope.ts';
import { createTableLocks, type TableLocks } from './table-locks.ts';
import type { Tables } from './tables.ts';
import { translate } from './translate.ts';
import type { Value } from './values.ts';
import { createVariables, type Variables } from './variables.ts';

export interface Account {
  user: string;
  password: string;
  admin: boolean;
  /** Reads the log, and nothing else. */
  replication?: boolean;
}

/** Statements that were translated for one account and one chosen database. */
export interface Plans {
  scope(): Scope;
  /** Throws MysqlError. */
  plan(text: string): Plan;
}

export interface Server {
  readonly file: string;
  readonly database: string;
  readonly host: string;
  readonly accounts: readonly Account[];
  readonly locks: Locks;
  readonly tableLocks: TableLocks;
  readonly logs: Logs;
  /** The log that replicas repeat. */
  readonly journal: Journal | undefined;
  /** Where it is kept whom this server repeats. */
  readonly sourceFile: string | undefined;
  /** What repeats another server here, once there is one. */
  replica: Replica | undefined;
  readonly variables: Variables & { values: Record<string, Value> };
  readonly processes: Map<number, { describe(): Process; kill(): void }>;
  /** Milliseconds of performance.now(). */
  readonly started: number;
  questions: number;
  connections: number;
  tables(): Tables;
  /** Counts changes of the schema: what was prepared before one has to be prepared again. */
  schemaVersion(): number;
  changeTables(tables: Tables): void;
  plans(account: Account, chosen: string | undefined): Plans;
}

const mostPlans = { most: 1000, longest: 2000 };

export const createServer = (options: {
  file: string;
  database: string;
  host: string;
  accounts: readonly Account[];
  logs: Logs;
  maxConnections: number;
  tables: Tables;
  journal?: Journal;
  sourceFile?: string;
}): Server => {
  let { tables } = options;
  let version = 0;
  const variables = createVariables();
  variables.values.max_connections = BigInt(options.maxConnections);
  const caches = new Map<string, Plans>();

  const createPlans = (account: Account, chosen: string | undefined): Plans => {
    let made = -1;
    let scope: Scope;
    const plans = recent(mostPlans, text => translate(text, scope));
    const refresh = () => {
      if (made === version) return;
      made = version;
      plans.forget();
      const { database, host } = options;
      scope = { database, host, chosen, tables, user: account.user, admin: account.admin };
    };
    return {
      scope: () => {
        refresh();
        return scope;
      },
      plan: text => {
        refresh();
        return plans.get(text);
      },
    };
  };

  return {
    file: options.file,
    database: options.database,
    host: options.host,
    accounts: options.accounts,
    locks: createLocks(),
    tableLocks: createTableLocks(),
    logs: options.logs,
    journal: options.journal,
    sourceFile: options.sourceFile,
    replica: undefined,
    variables,
    processes: new Map(),
    started: performance.now(),
    questions: 0,
    connections: 0,
    tables: () => tables,
    schemaVersion: () => version,
    changeTables: next => {
      tables = next;
      version++;
    },
    plans: (account, chosen) => {
      const key = `${account.user}\0${chosen ?? ''}`;
      const known = caches.get(key) ?? createPlans(account, chosen);
      caches.set(key, known);
      return known;
    },
  };
};
