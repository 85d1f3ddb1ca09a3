/** nginx's own notations; every function gives undefined for what it would call an invalid value. */

export const parseNumber = (text: string): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined;

const kilo = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes: `512`, `16k`, `10m`, `1g`. */
export const parseSize = (text: string): number | undefined => {
  const [, digits, unit] = /^(\d{1,12})([kmg]?)$/i.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * kilo[unit?.toLowerCase() as keyof typeof kilo];
};

const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5, M: 2592e6, y: 31536e6 };
type Unit = keyof typeof units;

/** Milliseconds: `2s`, `250ms`, `1h 30m`; a bare number means seconds, and larger units come first. */
export const parseTime = (text: string): number | undefined => {
  if (!/^(\d{1,9}(ms|[smhdwMy]) ?)*(\d{1,9}(ms|[smhdwMy])?)$/.test(text)) return undefined;
  let total = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) {
    const factor = units[(unit ?? 's') as Unit];
    if (factor >= smallest) return undefined;
    smallest = factor;
    total += Number(digits) * factor;
  }
  return total;
};

/** Address and port of `host:port`, `host`, `port` or `[::1]:port`; the port is NaN where it is no port. */
export const parseAddress = (text: string, defaultPort: number): { host: string; port: number } => {
  const [, host = text, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text) ?? [];
  return { host, port: port === undefined ? defaultPort : parsePort(port) };
};

export const parsePort = (text: string): number => {
  const port = parseNumber(text) ?? Number.NaN;
  return port >= 1 && port <= 65535 ? port : Number.NaN;
};
