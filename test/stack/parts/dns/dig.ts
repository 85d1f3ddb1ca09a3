import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Endpoint } from '../../../../src/stack/address-book.ts';

export const hasDig = spawnSync('dig', ['-v']).status === 0;

/** Output of `dig` against a server of ours, in lines without surrounding space. */
export const dig = async ({ host, port }: Endpoint, ...args: string[]): Promise<string[]> => {
  const given = [`@${host}`, '-p', String(port), '+time=5', '+tries=2', ...args];
  const { stdout } = await promisify(execFile)('dig', given);
  return stdout.split('\n').map(line => line.trim().replaceAll(/\s+/g, ' '));
};
