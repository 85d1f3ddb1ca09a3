import { readFile } from 'node:fs/promises';
import { runPart } from '../process.ts';
import type { JobContext } from './job.ts';
import { openLog } from './log.ts';
import { type FailoverConfig, type FailoverPlan, type FailoverReport, readRequest } from './protocol.ts';

/** Begins the job that the plan gives; the one hears of the databases only, the other never of them. */
const begin = async (plan: FailoverPlan, context: JobContext) => {
  if (plan.job === 'address') {
    const { watchAddress } = await import('./address-job.ts');
    const job = await watchAddress(plan, context);
    return { ...job, follow: (next: FailoverPlan) => next.job === 'address' && job.follow(next) };
  }
  const { watchDatabases } = await import('./database-job.ts');
  const job = await watchDatabases(plan, context);
  return { ...job, follow: (next: FailoverPlan) => next.job === 'database' && job.follow(next) };
};

runPart('failover', async () => {
  const [, , file] = process.argv;
  if (!file) throw new Error('usage: node main.ts failover.json');
  const { listen, log, plan } = JSON.parse(await readFile(file, 'utf8')) as FailoverConfig;
  const report = (message: FailoverReport): void => {
    if (process.connected) process.send?.(message);
  };
  const job = await begin(plan, { listen, log: openLog(log), report });
  process.on('message', message => job.follow(readRequest(message).plan));
  return { close: job.close };
});
