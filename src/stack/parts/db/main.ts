import { existsSync } from 'node:fs';
import { runPart } from '../process.ts';
import { readConfig } from './config.ts';
import { initialise } from './initialise.ts';
import { listen } from './listener.ts';
import { openLogs } from './logs.ts';
import { currentPosition, type Positions } from './replication/journal.ts';
import { createServer } from './server.ts';

const defaultMaxConnections = 151;

runPart('db', async () => {
  const config = readConfig(process.argv[2] ?? '');
  const { file, database, accounts, initFile } = config;
  const { host } = config.listen;
  const admin = accounts.find(account => account.admin);
  if (!admin) throw new Error('the configuration names no account with admin rights');
  let tell = (_: Positions): void => {};
  const log = { file: config.log, server: config.serverId, onChange: (now: Positions) => tell(now) };
  const { tables, journal } = await initialise({ file, database, host, account: admin, initFile, log });
  const logs = openLogs(config.logs);
  const maxConnections = config.maxConnections ?? defaultMaxConnections;
  const { sourceFile } = config;
  const server = createServer({
    ...{ file, database, host, accounts, logs, maxConnections, tables, journal, sourceFile },
  });
  const { values } = server.variables;
  tell = ({ log, repeated }) => {
    values.gtid_binlog_pos = log;
    values.gtid_slave_pos = repeated;
    values.gtid_current_pos = currentPosition(journal);
  };
  tell(journal.positions);
  Object.assign(values, {
    server_id: BigInt(config.serverId),
    log_bin: 1n,
    log_slave_updates: 1n,
    read_only: config.readOnly ? 1n : 0n,
  });
  const plugin = config.plugin ?? 'mysql_native_password';
  const listening = await listen(server, { ...config.listen, maxConnections, plugin });
  values.port = BigInt(listening.port);
  if (existsSync(sourceFile)) (await import('./replication/orders.ts')).resumeReplica(server);
  return {
    close: async () => {
      await listening.close();
      await server.replica?.stop({ io: true, sql: true });
      logs.close();
    },
  };
});
