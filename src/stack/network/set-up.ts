import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { SetUp } from './porter-protocol.ts';

const run = promisify(execFile);

/** Turns fresh namespaces into the private internet. Rejects with what the program said that was refused. */
export const setUpInside = async ({
  programs: { ip, mount },
  covers,
  hidden,
}: Omit<SetUp, 'doors'>): Promise<void> => {
  const lo = run(ip, ['link', 'set', 'lo', 'up']);
  for (const folder of hidden) await run(mount, ['-t', 'tmpfs', '-o', 'mode=0755', 'none', folder]);
  for (const { from, over } of covers) {
    // What resolv.conf is a link to may lie in a folder that is hidden now.
    if (!existsSync(over)) {
      mkdirSync(dirname(over), { recursive: true });
      writeFileSync(over, '');
    }
    await run(mount, ['--bind', from, over]);
  }
  await lo;
};

/** Makes the address one of this machine, with no route to anywhere else. */
export const addAddress = async (ip: string, host: string): Promise<void> => {
  await run(ip, ['address', 'add', `${host}/32`, 'dev', 'lo']);
};
