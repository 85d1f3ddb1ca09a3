import type { DbHop } from '../../browser/trace.ts';
import { LineTail } from '../line-tail.ts';
import type { Evidence } from '../part.ts';

type Query = DbHop['queries'][number];

/** Requests that are remembered; a trace is asked for right after its request. */
const mostRequests = 2000;
const longestStatement = 2000;

/** The application ends each statement with the id of its request, so this is also the end of an entry. */
const requestComment = /\s*\/\* request=([\w-]+) \*\/;?$/;

interface Entry<T> {
  request: string;
  statement: string;
  head: T;
}

/**
 * Collects the entries of a log that start with a line which `read` knows and end with a request's comment;
 * entries of other statements are passed over. Lines may come in any portions.
 */
const collector = <T>(
  read: (line: string, head: T | undefined) => { head: T; rest?: string } | undefined,
) => {
  let head: T | undefined;
  let lines: string[] = [];
  return (line: string): Entry<T> | undefined => {
    const found = read(line, head);
    if (found) {
      head = found.head;
      lines = found.rest === undefined ? [] : [found.rest];
    } else lines.push(line);
    const request = requestComment.exec(line)?.[1];
    if (head === undefined || request === undefined) return undefined;
    const statement = lines.join('\n').replace(requestComment, '').trim().slice(0, longestStatement);
    const entry = { request, statement, head };
    head = undefined;
    lines = [];
    return entry;
  };
};

/**
 * The slow query log of MariaDB and MySQL: lines of `# Name: value`, then `use` and `SET timestamp` as it needs
 * them to be run again, then the statement.
 */
export const slowLogReader = () => {
  const collect = collector<{ durationMs: number; rows: number }>((line, head) => {
    const seconds = /^# Query_time: ([\d.]+)/.exec(line)?.[1];
    const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0);
    if (seconds)
      return { head: { durationMs: Math.round(Number(seconds) * 1e6) / 1000, rows: count('Rows_sent') } };
    if (!head) return undefined;
    if (/^# Rows_affected: /.test(line))
      return { head: { ...head, rows: head.rows || count('Rows_affected') } };
    return /^(use `.*`|SET timestamp=\d+);$/.test(line) || line.startsWith('# ') ? { head } : undefined;
  });
  return (line: string): { request: string; query: Query } | undefined => {
    const entry = collect(line);
    return entry && { request: entry.request, query: { statement: entry.statement, ...entry.head } };
  };
};

/** The log of MariaDB's plugin sql_errlog: `TIME USER ERROR NUMBER: TEXT : STATEMENT`. */
export const errorLogReader = () => {
  const collect = collector<string>(line => {
    const [, number, text, rest = ''] =
      /^\d{4}-\d\d-\d\d [\d: ]\d:\d\d:\d\d .* ERROR (\d+): (.*?) : (.*)$/.exec(line) ?? [];
    return number === undefined ? undefined : { head: `ERROR ${number}: ${text}`, rest };
  });
  return (line: string): { request: string; statement: string; error: string } | undefined => {
    const entry = collect(line);
    return entry && { request: entry.request, statement: entry.statement, error: entry.head };
  };
};

/** The statements of each request, from the logs that the server itself writes. */
export const slowLogEvidence = (files: { slow: string; errors: string }, server: string): Evidence => {
  const slow = new LineTail(files.slow);
  const failed = new LineTail(files.errors);
  const readSlow = slowLogReader();
  const readFailed = errorLogReader();
  const requests = new Map<string, Query[]>();
  const errors = new Map<string, string>();
  const key = (request: string, statement: string): string => `${request} ${statement}`;

  return {
    find: async id => {
      // In this order: an error is written before the statement that it ended.
      const [slowLines, failedLines] = [await slow.read(), await failed.read()];
      for (const line of failedLines) {
        const entry = readFailed(line);
        if (entry) errors.set(key(entry.request, entry.statement), entry.error);
      }
      for (const line of slowLines) {
        const entry = readSlow(line);
        if (!entry) continue;
        const { request, query } = entry;
        const error = errors.get(key(request, query.statement));
        const queries = requests.get(request) ?? [];
        queries.push({ ...query, ...(error !== undefined && { error }) });
        requests.set(request, queries);
      }
      forgetOldest(requests);
      forgetOldest(errors);
      const queries = requests.get(id);
      if (!queries) return undefined;
      const durationMs = queries.reduce((sum, query) => sum + query.durationMs, 0);
      return { part: 'db', server, durationMs, queries: [...queries] };
    },
  };
};

const forgetOldest = (map: Map<string, unknown>): void => {
  for (const oldest of map.keys()) {
    if (map.size <= mostRequests) return;
    map.delete(oldest);
  }
};
