import type { Programs } from './refusal.ts';

/**
 * The words of a command line that stand before a folder and a command: they run the command inside, in that folder,
 * with the learner's own name, and without any capability, not even one that it could gain. nsenter(1) keeps none for
 * an ordinary user, so a namespace further inside lends those that are needed to give up all of them.
 */
export const entranceOf = (
  { nsenter, unshare, setpriv }: Pick<Programs, 'nsenter' | 'unshare' | 'setpriv'>,
  pid: number,
): [program: string, ...words: string[]] => [
  // Process 1 inside is a child of `pid`, which itself stays in the PID namespace of the tutor.
  ...([nsenter, '-t', String(pid), '-U', '-n', '-m', `--pid=/proc/${pid}/ns/pid_for_children`] as const),
  ...['--preserve-credentials', '--', unshare, '--map-current-user', '--keep-caps', '--'],
  ...[setpriv, '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all', '--'],
  // Entering a mount namespace leads to its root.
  ...['sh', '-c', 'cd "$0"; exec "$@"'],
];

const proxies = /^(https?|ftp|all|no)_proxy$/i;

/**
 * The learner's environment, less the proxies, which cannot be reached from inside; `trusted` is for programs that
 * have a list of authorities of their own, `password` for the clients of MySQL.
 */
export const insideEnvironment = (
  own: NodeJS.ProcessEnv,
  { trusted, password }: { trusted: string; password: string },
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(own).filter(([name]) => !proxies.test(name))),
  SSL_CERT_FILE: trusted,
  CURL_CA_BUNDLE: trusted,
  REQUESTS_CA_BUNDLE: trusted,
  NODE_EXTRA_CA_CERTS: trusted,
  MYSQL_PWD: password,
});
