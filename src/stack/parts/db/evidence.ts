import type { DbHop } from '../../browser/trace.ts';
import { LineTail } from '../line-tail.ts';
import type { Evidence } from '../part.ts';

type Query = DbHop['queries'][number];

/** Requests that are remembered; a trace is asked for right after its request. */
const mostRequests = 2000;

const parse = (line: string): { request: string; query: Query } | undefined => {
  try {
    const { request, statement, durationMs, rows, error } = JSON.parse(line);
    return { request, query: { statement, durationMs, rows, ...(error && { error }) } };
  } catch {
    // The file was cut while a line was read.
    return undefined;
  }
};

/** The statements of each request, from the trace log of the database. */
export const traceEvidence = (file: string, server: string): Evidence => {
  const tail = new LineTail(file);
  const requests = new Map<string, Query[]>();
  return {
    find: async id => {
      for (const line of await tail.read()) {
        const entry = parse(line);
        if (!entry) continue;
        const queries = requests.get(entry.request);
        if (queries) queries.push(entry.query);
        else requests.set(entry.request, [entry.query]);
        if (requests.size > mostRequests) requests.delete(requests.keys().next().value ?? '');
      }
      const queries = requests.get(id);
      if (!queries) return undefined;
      const durationMs = queries.reduce((sum, query) => sum + query.durationMs, 0);
      return { part: 'db', server, durationMs, queries: [...queries] };
    },
  };
};
