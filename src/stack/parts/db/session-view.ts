import { backtick } from './create-statement.ts';
import { quoteName } from './guard.ts';
import { autoColumn } from './model.ts';
import type { Account, Server } from './server.ts';
import type { ShowView } from './show.ts';
import type { Sqlite } from './sqlite.ts';
import { lastId, type Warning } from './tables.ts';
import type { Value } from './values.ts';
import type { Variables } from './variables.ts';

const statusOf = (server: Server): [string, Value][] => {
  const uptime = BigInt(Math.floor((performance.now() - server.started) / 1000));
  const active = [...server.processes.values()].filter(process => process().command === 'Query').length;
  return [
    ['Connections', BigInt(server.connections)],
    ['Queries', BigInt(server.questions)],
    ['Questions', BigInt(server.questions)],
    ['Slow_queries', 0n],
    ['Ssl_cipher', ''],
    ['Threads_connected', BigInt(server.processes.size)],
    ['Threads_running', BigInt(active)],
    ['Uptime', uptime],
  ];
};

/** What SHOW and information_schema tell this client. */
export const createView = (
  server: Server,
  session: {
    db: Sqlite;
    account: Account;
    connection: number;
    host: string;
    variables: Variables;
    warnings: readonly Warning[];
  },
): ShowView => {
  const { db, account } = session;
  return {
    database: server.database,
    tables: server.tables(),
    warnings: session.warnings,
    account: { name: `${backtick(account.user)}@${backtick(session.host)}`, admin: account.admin },
    // Without the PROCESS privilege one sees only one's own.
    processes: () =>
      [...server.processes.values()]
        .map(process => process())
        .filter(({ user }) => account.admin || user === account.user),
    rowCount: table => (db.rows(`SELECT count(*) FROM ${quoteName(table)}`)[0]?.[0] as bigint) ?? 0n,
    nextId: table => (autoColumn(table) ? lastId(db, table.name) + 1n : null),
    variables: () => session.variables.all(),
    status: () => statusOf(server),
  };
};
