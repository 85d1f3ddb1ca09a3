import { quoteName } from './guard.ts';
import { autoColumn } from './model.ts';
import type { Server } from './server.ts';
import type { SessionState } from './session-state.ts';
import type { ShowView } from './show.ts';
import { lastId } from './tables.ts';
import type { Value } from './values.ts';

const statusOf = (server: Server): [string, Value][] => {
  const uptime = BigInt(Math.floor((performance.now() - server.started) / 1000));
  const processes = [...server.processes.values()].map(process => process.describe());
  return [
    ['Connections', BigInt(server.connections)],
    ['Queries', BigInt(server.questions)],
    ['Questions', BigInt(server.questions)],
    ['Slow_queries', 0n],
    ['Ssl_cipher', ''],
    ['Threads_connected', BigInt(processes.length)],
    ['Threads_running', BigInt(processes.filter(({ command }) => command === 'Query').length)],
    ['Uptime', uptime],
  ];
};

/** What SHOW and information_schema tell this client. */
export const createView = ({ server, client, db, account, variables, warnings }: SessionState): ShowView => ({
  database: server.database,
  tables: server.tables(),
  warnings,
  account: { grantee: `'${account.user}'@'${client.host}'`, admin: account.admin },
  // Without the PROCESS privilege one sees only one's own.
  processes: () =>
    [...server.processes.values()]
      .map(process => process.describe())
      .filter(({ user }) => account.admin || user === account.user),
  rowCount: table => (db.rows(`SELECT count(*) FROM ${quoteName(table)}`)[0]?.[0] as bigint) ?? 0n,
  nextId: table => (autoColumn(table) ? lastId(db, table.name) + 1n : null),
  variables: () => variables.all(),
  status: () => statusOf(server),
  replication: server,
});
