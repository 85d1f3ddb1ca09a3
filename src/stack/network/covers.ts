import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyCovers } from './browser-policy.ts';
import type { Cover, SetUp } from './porter-protocol.ts';

/** resolv.conf(5). The short waits are for a name server that has been paused. */
export const resolverFile = 'nameserver 127.0.0.1\noptions timeout:1 attempts:2\n';

/** nsswitch.conf(5), the learner's own, but names are looked up in /etc/hosts and DNS only. */
export const switchFile = (own: string): string =>
  `${own.replace(/^[ \t]*hosts[ \t]*:.*\n?/gm, '').replace(/\n?$/, '\n')}hosts: files dns\n`;

const resolverPath = '/etc/resolv.conf';
const switchPath = '/etc/nsswitch.conf';

/** Where systems keep the certificates of the authorities that they trust, in one file. */
const trustPaths = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
];

/** Where the lab's authority is found inside. */
export const trustedIn = (ca: string): string => trustPaths.find(existsSync) ?? ca;

/** Sockets of programs that would look names up outside: nscd(8) and systemd-resolved(8). */
const hiddenPaths = ['/run/nscd', '/var/run/nscd', '/run/systemd/resolve'];

/** Writes into `dir` what is to be seen inside, and tells what it covers; `ca` is the lab authority's certificate. */
export const coversIn = (dir: string, ca: string | undefined): Pick<SetUp, 'covers' | 'hidden'> => {
  const write = (name: string, text: string): string => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  // Programs work without them, too, and ask 127.0.0.1.
  const over = (path: string, from: () => string): Cover[] =>
    existsSync(path) ? [{ from: from(), over: realpathSync(path) }] : [];
  const trusted = ca === undefined ? [] : trustPaths.flatMap(path => over(path, () => ca));
  return {
    covers: [
      ...over(resolverPath, () => write('resolv.conf', resolverFile)),
      ...over(switchPath, () => write('nsswitch.conf', switchFile(readFileSync(switchPath, 'utf8')))),
      ...new Map(trusted.map(cover => [cover.over, cover])).values(),
      ...(ca === undefined ? [] : policyCovers(dir, ca)),
    ],
    hidden: [...new Set(hiddenPaths.filter(existsSync).map(path => realpathSync(path)))],
  };
};
