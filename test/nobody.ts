/** An ordinary user for tests that root runs: the kernel asks for nothing but a user id. */
import { spawnSync } from 'node:child_process';
import { findProgram, programPlaces } from '../src/stack/parts/programs.ts';
import { cli } from './pty.ts';

export const asNobody = [
  findProgram(['setpriv'], programPlaces()) ?? 'setpriv',
  ...['--reuid', '65534', '--regid', '65534', '--clear-groups', '--'],
] as const;

const [program, ...words] = asNobody;

/** The checkout has to be readable for somebody else, too. */
export const canBeNobody =
  process.getuid?.() === 0 && spawnSync(program, [...words, process.execPath, cli, '--version']).status === 0;
