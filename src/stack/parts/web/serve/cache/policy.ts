import type { CacheValid, Settings } from '../../conf/model.ts';
import type { Exchange } from '../exchange.ts';
import { header } from '../variables.ts';

/** Until when an answer may be used; seconds since 1970, as nginx counts. */
export interface Lifetime {
  valid: number;
  /** Seconds beyond, while a new one is being fetched and when none can be had (RFC 5861). */
  whileUpdating: number;
  ifError: number;
}

export const now = (): number => Math.floor(Date.now() / 1000);

/** What `proxy_cache_valid` gives a status. */
const configured = (rules: readonly CacheValid[], status: number): number =>
  rules.find(rule => rule.status === 'any' || rule.status === status)?.seconds ?? 0;

const all = (raw: readonly string[], name: string): string => {
  let values = '';
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.toLowerCase() === name) values += `${values && ', '}${raw[i + 1]}`;
  }
  return values;
};

const seconds = (control: string, name: string): number | undefined => {
  const [, digits] = new RegExp(`(?:^|[ ,])${name}="?(\\d{1,10})`, 'i').exec(control) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

/** `X-Accel-Expires` before `Cache-Control` before `Expires`; 0: not to be kept; undefined: they do not say. */
const told = (raw: readonly string[], ignored: ReadonlySet<string>, control: string): number | undefined => {
  const value = (name: string) => (ignored.has(name) ? undefined : header(raw, name));
  const accel = /^(@?)(\d{1,15})$/.exec(value('x-accel-expires') ?? '');
  if (accel) return accel[1] ? Number(accel[2]) : Number(accel[2]) && now() + Number(accel[2]);
  if (/no-cache|no-store|private/i.test(control)) return 0;
  const age = seconds(control, 's-maxage') ?? seconds(control, 'max-age');
  if (age !== undefined) return age && now() + age;
  const expires = value('expires');
  if (expires === undefined) return undefined;
  const until = Math.floor(Date.parse(expires) / 1000);
  return until >= now() ? until : 0;
};

/** How long an answer may be kept; undefined when it may not be. */
export const lifetimeOf = (
  settings: Settings,
  status: number,
  raw: readonly string[],
): Lifetime | undefined => {
  const { proxy_ignore_headers: ignored, proxy_cache_valid } = settings;
  if (!ignored.has('set-cookie') && header(raw, 'set-cookie') !== undefined) return undefined;
  if (!ignored.has('vary') && !canVary(all(raw, 'vary'))) return undefined;
  const control = ignored.has('cache-control') ? '' : all(raw, 'cache-control');
  let valid = told(raw, ignored, control);
  if (valid === undefined) {
    const given = configured(proxy_cache_valid, status);
    valid = given && now() + given;
  }
  if (valid === 0) return undefined;
  return {
    valid,
    whileUpdating: seconds(control, 'stale-while-revalidate') ?? 0,
    ifError: seconds(control, 'stale-if-error') ?? 0,
  };
};

/** How long an answer lives on after a 304: as that says, or else as the answer itself did. */
export const renewedLifetime = (
  settings: Settings,
  status: number,
  fresh: readonly string[],
  old: readonly string[],
): Lifetime | undefined => {
  const { proxy_ignore_headers: ignored } = settings;
  const control = ignored.has('cache-control') ? '' : all(fresh, 'cache-control');
  return lifetimeOf(settings, status, told(fresh, ignored, control) === undefined ? old : fresh);
};

/** Until when a failure is remembered instead of an answer. */
export const failureUntil = (settings: Settings, status: number): number => {
  const given = configured(settings.proxy_cache_valid, status);
  return given && now() + given;
};

/** nginx's limit for what it compares. */
const longestVary = 128;

const canVary = (vary: string): boolean => vary.length <= longestVary && !/(^|,)\s*\*/.test(vary);

/** Headers that make a difference, of an answer that is kept. */
export const varyOf = (settings: Settings, raw: readonly string[]): string =>
  settings.proxy_ignore_headers.has('vary') ? '' : all(raw, 'vary').toLowerCase();

/** What a request says in the headers that make a difference. */
export const variantOf = ({ request }: Exchange, vary: string): string =>
  vary
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
    .map(name => `${name}: ${String(request.headers[name] ?? '').replace(/\s*,\s*/g, ', ')}`)
    .join('\n');

/** For `proxy_cache_bypass` and `proxy_no_cache`. */
export const holds = (conditions: Settings['proxy_no_cache'], x: Exchange): boolean =>
  conditions.some(condition => {
    const value = condition(x);
    return value !== '' && value !== '0';
  });
