import type { TraceLine } from './contract.ts';
import type { Done } from './work.ts';

/** What is said about a request: in the readable log, in the trace and in the headers of its answer. */
export interface Report {
  text: string;
  details: string[];
  trace: TraceLine;
  headers: Record<string, string>;
}

/** `request` is the line that the client sent, such as `GET /guestbook`. */
export const report = (request: string, server: string, done: Done): Report => {
  const { id, response, worker, queueMs, durationMs, queries, version, failure } = done;
  const dbMs = queries.reduce((sum, query) => sum + query.durationMs, 0);
  const log = `${request} ${response.status} ${durationMs.toFixed(1)} ms worker ${worker || 'none'} request=${id}`;
  const frames = failure?.frames ?? [];
  return {
    text: failure ? `${log}: ${reason(failure.error)}` : log,
    details: frames.map(frame => `at ${frame}`),
    trace: {
      request: id,
      server,
      version,
      status: response.status,
      worker,
      durationMs,
      queueMs,
      file: response.file ?? fileOf(frames[0]) ?? '',
      queries,
      log,
    },
    headers: {
      'X-Served-By': `app@${server}`,
      // Milliseconds (W3C Server Timing).
      'Server-Timing': Object.entries({ queue: queueMs, app: durationMs, db: dbMs })
        .map(([part, ms]) => `${part};dur=${ms.toFixed(2)}`)
        .join(', '),
    },
  };
};

export const reason = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** `pages/home.js` of `show (pages/home.js:3:9)`. */
const fileOf = (frame = ''): string | undefined => /([^\s(]+?):\d+:\d+\)?$/.exec(frame)?.[1];
