/** Edit distance that counts two swapped neighbours as one slip (optimal string alignment). */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
};

/** The candidate with the fewest slips, or nothing when more than half of the word would have to change. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  // Nothing that long is a slip of the keys, and the distance takes time in the product of the lengths.
  if (word.length > 40) return undefined;
  const [best] = candidates
    .map(candidate => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(word.length, best.candidate.length) / 2
    ? best.candidate
    : undefined;
};

/** What people call parts who know the programs that play them. */
const usualNames: Readonly<Record<string, string>> = {
  nginx: 'web',
  apache: 'web',
  httpd: 'web',
  webserver: 'web',
  node: 'app',
  gunicorn: 'app',
  uwsgi: 'app',
  php: 'app',
  application: 'app',
  mysql: 'db',
  mysqld: 'db',
  mariadb: 'db',
  mariadbd: 'db',
  database: 'db',
  bind: 'dns',
  named: 'dns',
  nameserver: 'dns',
  haproxy: 'balancer',
  lb: 'balancer',
  loadbalancer: 'balancer',
  varnish: 'cache',
  keepalived: 'failover',
};

/** The candidate that a word may mean: what people call it, or the one with the fewest slips. */
export const meantBy = (word: string, candidates: readonly string[]): string | undefined => {
  const [part = '', ...server] = word.toLowerCase().split('@');
  const usual = usualNames[part.replace(/[-_ ]/g, '')];
  const called = usual === undefined ? undefined : [usual, ...server].join('@');
  return candidates.find(candidate => candidate === called) ?? nearest(word, candidates);
};
