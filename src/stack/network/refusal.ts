import { existsSync, readFileSync } from 'node:fs';
import { findProgram, programPlaces } from '../parts/programs.ts';
import { StackError } from '../stack.ts';

const needed = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mount: 'util-linux',
  ip: 'iproute2',
} as const;
export type Programs = Record<keyof typeof needed, string>;

/** Paths of the programs that make namespaces. Throws StackError with the reason where it cannot work. */
export const findPrograms = (): Programs => {
  if (process.platform !== 'linux') throw new StackError('only Linux has the namespaces that it is made of');
  const places = programPlaces();
  const found = Object.entries(needed).map(([name, source]) => {
    const file = findProgram([name], places);
    if (!file) throw new StackError(`it needs ${name}, which is not installed (package ${source})`);
    return [name, file];
  });
  return Object.fromEntries(found);
};

/** The words behind `there is no private internet here: `, from what the programs printed that should have made it. */
export const refusalOf = (said: string, appArmor = appArmorRestricts()): string => {
  const why = said.trim().split('\n').at(-1) || 'its process ended without a word';
  if (/unrecognized option|invalid option/.test(said))
    return `it needs unshare and setpriv of util-linux 2.36 or newer (${why})`;
  if (/unshare failed: No space left/.test(said))
    return `the kernel allows no more user namespaces (sysctl user.max_user_namespaces; ${why})`;
  if (!/not permitted|denied/i.test(said)) return why;
  if (appArmor)
    return `AppArmor keeps ordinary programs from it (sysctl kernel.apparmor_restrict_unprivileged_userns; ${why})`;
  if (/unshare failed/.test(said))
    return `the kernel, or the container around it, refuses user namespaces to this user (${why})`;
  return `the system refuses a part of it, as many containers do (${why})`;
};

/** Only for the words of a refusal: whether it works is found out by trying. */
const appArmorRestricts = (): boolean => {
  const file = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
  return existsSync(file) && readFileSync(file, 'utf8').trim() === '1';
};
