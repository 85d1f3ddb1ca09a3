/** A part alone in a folder of its own, for as long as it is measured. */
import { spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { siteFolder } from '../src/stack/entries.ts';
import type { Launch, PartEngine, Placement } from '../src/stack/parts/part.ts';
import { freePorts, loopback } from '../src/stack/ports.ts';
import type { PartName, PartPlan } from '../src/stack/topology.ts';

export const withPlacement = async <T>(part: PartName, use: (at: Placement) => Promise<T>): Promise<T> => {
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  const [port = 0, peer = 0] = await freePorts(2);
  const dir = join(root, part);
  const siteDir = join(root, 'site');
  mkdirSync(dir);
  cpSync(siteFolder('v1'), siteDir, { recursive: true });
  const account = { user: 'web', password: 'bench' };
  try {
    return await use({
      plan: planOf(part, port),
      dir,
      siteDir,
      listen: { host: loopback, port },
      peers: name => [{ plan: planOf(name, peer), here: { host: loopback, port: peer } }],
      followers: () => [],
      site: () => ({ www: loopback, apex: loopback, nameServers: [] }),
      accounts: {
        database: 'foobar',
        web: account,
        admin: { user: 'admin', password: 'bench' },
        replication: account,
      },
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const planOf = (part: PartName, port: number): PartPlan => ({
  id: `${part}@server-1`,
  part,
  server: 'server-1',
  address: { host: loopback, port },
  open: true,
});

/** Runs the program until `use` is done; `answers` says when it can be used. */
export const whileRunning = async <T>(
  { file, args, env }: Launch,
  dir: string,
  answers: () => Promise<boolean>,
  use: () => Promise<T>,
): Promise<T> => {
  const log = openSync(join(dir, 'output.log'), 'a');
  const child = spawn(file, args, { cwd: dir, stdio: ['pipe', log, log], env: { ...process.env, ...env } });
  closeSync(log);
  const exit = new Promise(resolve => child.once('exit', resolve));
  try {
    while (!(await answers())) {
      if (child.exitCode !== null)
        throw new Error(`${file} ended with ${child.exitCode}; see ${dir}/output.log`);
      await sleep(20);
    }
    return await use();
  } finally {
    child.kill('SIGTERM');
    await exit;
  }
};

export const whileEngineRuns = async <T>(
  engine: PartEngine,
  at: Placement,
  use: () => Promise<T>,
): Promise<T> => {
  await engine.prepare(at);
  return whileRunning(engine.launch(at), at.dir, () => engine.answers(at, AbortSignal.timeout(1000)), use);
};
