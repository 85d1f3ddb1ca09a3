import type { Expires } from '../conf/model.ts';
import type { Reply } from './reply.ts';

/** `expires` adds to these answers only. */
const dated = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** Headers of an answer with those that `expires` adds, in the place of what an upstream has said. */
export const withExpires = (reply: Reply, setting: Expires): readonly string[] => {
  const { headers, status } = reply;
  if (setting.kind === 'off' || !dated.has(status)) return headers;
  const ours = said(setting, reply);
  if (headers.length === 0) return ours;
  const rest: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (/^(?:expires|cache-control)$/i.test(headers[i] as string)) continue;
    rest.push(headers[i] as string, headers[i + 1] as string);
  }
  return [...rest, ...ours];
};

const said = (setting: Exclude<Expires, { kind: 'off' }>, { modifiedMs }: Reply): readonly string[] => {
  if (setting.kind === 'epoch') return both('Thu, 01 Jan 1970 00:00:01 GMT', 'no-cache');
  if (setting.kind === 'max') return both('Thu, 31 Dec 2037 23:55:55 GMT', 'max-age=315360000');
  const { seconds } = setting;
  const now = Math.floor(Date.now() / 1000);
  if (setting.kind === 'daily') return until(nextTime(now, seconds), now, seconds);
  if (setting.modified && modifiedMs !== undefined)
    return until(Math.floor(modifiedMs / 1000) + seconds, now, seconds);
  if (latest.now !== now || latest.seconds !== seconds)
    latest = { now, seconds, headers: until(now + seconds, now, seconds) };
  return latest.headers;
};

const both = (expires: string, control: string): readonly string[] => [
  'Expires',
  expires,
  'Cache-Control',
  control,
];

/** The same for all of a second: writing a date takes longer than most of what an answer needs. */
let latest: { now: number; seconds: number; headers: readonly string[] } = {
  now: -1,
  seconds: 0,
  headers: [],
};

const until = (end: number, now: number, seconds: number): readonly string[] =>
  both(new Date(end * 1000).toUTCString(), end < now || seconds < 0 ? 'no-cache' : `max-age=${end - now}`);

/** The next time of day, in seconds since 1970. */
const nextTime = (now: number, ofDay: number): number => {
  const day = new Date(now * 1000);
  day.setHours(0, 0, ofDay, 0);
  if (day.getTime() / 1000 <= now) day.setDate(day.getDate() + 1);
  return Math.floor(day.getTime() / 1000);
};
