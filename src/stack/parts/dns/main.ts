import { readFileSync } from 'node:fs';
import { runPart } from '../process.ts';
import { type DnsConfig, startDns } from './server.ts';

const file = process.argv[2];

runPart('dns', async () => {
  if (!file) throw new Error('usage: node main.ts CONFIG.json');
  const read = (): DnsConfig => JSON.parse(readFileSync(file, 'utf8')) as DnsConfig;
  const { ready, reload, close } = await startDns(read(), line => process.stderr.write(`dns: ${line}\n`));
  await ready;
  return { close, reload: () => reload(read()) };
});
