import { readFileSync } from 'node:fs';
import { runPart } from '../process.ts';
import { type DnsConfig, startDns } from './server.ts';

const config = process.argv[2];

runPart('dns', async () => {
  if (!config) throw new Error('usage: node main.ts CONFIG.json');
  return startDns(JSON.parse(readFileSync(config, 'utf8')) as DnsConfig, line =>
    process.stderr.write(`dns: ${line}\n`),
  );
});
