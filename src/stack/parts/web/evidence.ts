import { relative } from 'node:path';
import { isProxy, type WebHop } from '../../browser/trace.ts';
import type { PartPlan } from '../../topology.ts';
import { LineTail } from '../line-tail.ts';
import type { Evidence, Placement } from '../part.ts';
import { logFile } from './prepare.ts';

/** Lines that are remembered, the newest; a request is asked for right after it ended. */
const remembered = 5000;

/** One line of the trace log, as `tutor.conf` writes it: every value is a string. */
type TraceLine = Readonly<Record<string, string | undefined>>;

/** nginx lists one value for each server that was tried; a colon stands before those of another location. */
const list = (values = ''): string[] => (values === '' ? [] : values.split(/, | : /));

const seconds = (value: string | undefined): number => {
  const number = Number(value);
  return Number.isFinite(number) ? number * 1000 : 0;
};

const upstreamOf = (line: TraceLine): WebHop['upstream'] => {
  const statuses = list(line.upstream_status);
  const times = list(line.upstream_response_time);
  const beginnings = list(line.upstream_header_time);
  return list(line.upstream_addr).map((address, i) => {
    const status = Number(statuses[i]);
    const answered = (beginnings[i] ?? '-') !== '-';
    return {
      address,
      status: Number.isInteger(status) ? status : undefined,
      responseMs: seconds(times[i]),
      ...(answered && { headerMs: seconds(beginnings[i]) }),
    };
  });
};

/** What a part's JSON log says about a request; `log` is its line of the access log, when that is known. */
export const parseTrace = (
  json: string,
  { part, server }: Pick<PartPlan, 'part' | 'server'>,
  log: string | undefined,
): WebHop | undefined => {
  let line: TraceLine;
  try {
    line = (JSON.parse(json) ?? {}) as TraceLine;
  } catch {
    return undefined;
  }
  const { request_id: id, request_time: time, request = '', request_filename: file = '' } = line;
  const status = Number(line.status);
  if (!isProxy(part) || id === undefined || time === undefined || !Number.isInteger(status)) return undefined;
  const upstream = upstreamOf(line);
  const { upstream_cache_status: cache } = line;
  return {
    part,
    server,
    durationMs: seconds(time),
    status,
    upstream,
    ...(cache && { cache }),
    ...(upstream.length === 0 && !cache && status < 300 && { file }),
    log: log ?? `"${request}" ${status} ${id}`,
  };
};

/** Joins the logs of whatever nginx plays to traces by the request id; the same for both engines. */
export const webEvidence = (at: Placement): Evidence => {
  const remember = (tail: LineTail) => {
    let lines: string[] = [];
    return async (requestId: string): Promise<string | undefined> => {
      const fresh = await tail.read();
      if (fresh.length > 0) lines = lines.concat(fresh).slice(-remembered);
      return lines.findLast(line => line.includes(requestId));
    };
  };
  const trace = remember(new LineTail(logFile(at, 'trace')));
  const access = remember(new LineTail(logFile(at, 'access')));
  return {
    async find(requestId) {
      const json = await trace(requestId);
      // Written before the trace, so it is there by now, unless the configuration was changed.
      const hop = json === undefined ? undefined : parseTrace(json, at.plan, await access(requestId));
      // The folder of this run says nothing to a reader.
      return hop?.file ? { ...hop, file: relative(at.siteDir, hop.file) } : hop;
    },
  };
};
