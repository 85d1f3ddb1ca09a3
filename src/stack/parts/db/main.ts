import { runPart } from '../process.ts';
import { readConfig } from './config.ts';
import { initialise } from './initialise.ts';
import { listen } from './listener.ts';
import { openLogs } from './logs.ts';
import { createServer } from './server.ts';

const defaultMaxConnections = 151;

runPart('db', async () => {
  const config = readConfig(process.argv[2] ?? '');
  const { file, database, accounts, initFile } = config;
  const { host } = config.listen;
  const admin = accounts.find(account => account.admin);
  if (!admin) throw new Error('the configuration names no account with admin rights');
  const tables = await initialise({ file, database, host, account: admin, initFile });
  const logs = openLogs(config.logs);
  const maxConnections = config.maxConnections ?? defaultMaxConnections;
  const server = createServer({ file, database, host, accounts, logs, maxConnections, tables });
  const plugin = config.plugin ?? 'mysql_native_password';
  const listening = await listen(server, { ...config.listen, maxConnections, plugin });
  server.variables.values.port = BigInt(listening.port);
  return {
    close: async () => {
      await listening.close();
      logs.close();
    },
  };
});
