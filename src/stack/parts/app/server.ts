import type { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { badRequest, failurePage, tooLarge } from './answers.ts';
import { siteFrames } from './builds.ts';
import type { AppConfig, SiteHandler, SiteRequest, SiteResponse } from './contract.ts';
import type { Asked } from './database.ts';
import type { Log } from './log.ts';
import { parseCookies, parseForm, parseTarget, readBody, requestId } from './request.ts';
import { createWorkers, type Slot } from './workers.ts';

/** The site as it runs now. */
export interface Running {
  handler: SiteHandler;
  version: string;
  dir: string;
}

export interface ServerContext {
  config: AppConfig;
  /** While the site is loaded anew, requests wait for it. */
  site: () => Promise<Running>;
  asked: AsyncLocalStorage<Asked>;
  log: Log;
}

/** HTTP in front of the workers. Every answer says who made it and how long each share of it took. */
export const createAppServer = ({ config, site, asked, log }: ServerContext): Server => {
  const servedBy = `app@${config.server}`;
  const workers = createWorkers(config.workers, config.queue);

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const arrived = performance.now();
    const state: Asked = { id: requestId(incoming.headers['x-request-id']), queries: [] };
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    let slot: Slot = { worker: 0, queueMs: 0 };
    let running: Running | undefined;
    let failure: unknown;
    let response: SiteResponse;
    const target = parseTarget(incoming.url ?? '');
    if (body === undefined) response = tooLarge;
    else if (!target) response = badRequest;
    else
      try {
        response = await workers.run(async given => {
          slot = given;
          const startedAt = performance.now();
          running = await site();
          // Stands for the work of a real page. A wrong path has to be looked up as well; only the check of
          // health is free.
          if (target.path !== '/health') await wait(config.serviceMs);
          const request = siteRequest(incoming, target, body, startedAt);
          return checked(await asked.run(state, running.handler, request));
        }, gone.signal);
      } catch (error) {
        // The client left the queue: nobody is there to read an answer.
        if (gone.signal.aborted && slot.worker === 0) return;
        failure = error;
        response = failurePage(error);
      }

    const durationMs = performance.now() - arrived;
    const dbMs = state.queries.reduce((sum, query) => sum + query.durationMs, 0);
    const frames = running ? siteFrames(failure, running.dir) : [];
    const line =
      `${incoming.method} ${incoming.url?.slice(0, 200)} ${response.status} ${durationMs.toFixed(1)} ms ` +
      `worker ${slot.worker || 'none'} request=${state.id}`;
    log.write(failure === undefined ? line : [`${line}: ${reason(failure)}`, ...frames].join('\n    at '));
    log.trace({
      request: state.id,
      server: config.server,
      version: running?.version ?? '',
      status: response.status,
      worker: slot.worker,
      durationMs,
      queueMs: slot.queueMs,
      file: response.file ?? fileOf(frames) ?? '',
      queries: state.queries,
      log: line,
    });
    send(outgoing, response, {
      'X-Served-By': servedBy,
      'Server-Timing': `queue;dur=${slot.queueMs.toFixed(2)}, app;dur=${durationMs.toFixed(2)}, db;dur=${dbMs.toFixed(2)}`,
    });
  };

  const server = createServer(
    // The web server keeps its connections to this one; it must be the one that closes them.
    { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 75_000 },
    (incoming, outgoing) => {
      answer(incoming, outgoing).catch(error => {
        // A body that breaks off ends here, too: then there is nobody left to tell.
        if (!incoming.errored) log.write(`${incoming.method} ${incoming.url}: ${reason(error)}`);
        outgoing.destroy();
      });
    },
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuse(error, socket as Socket, servedBy),
  );
  return server;
};

const siteRequest = (
  incoming: IncomingMessage,
  target: Pick<SiteRequest, 'path' | 'query'>,
  body: string,
  startedAt: number,
): SiteRequest => {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return {
    ...target,
    method: incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET'),
    headers,
    cookies: parseCookies(headers.cookie),
    form: parseForm(headers['content-type'], body),
    startedAt,
  };
};

/** The site is edited by learners: what it returns may be anything. */
const checked = (response: SiteResponse | undefined): SiteResponse => {
  const { status } = response ?? {};
  if (!response || !Number.isInteger(status) || response.status < 200 || response.status > 599)
    throw new Error('the site returned no response with a status from 200 to 599');
  return response;
};

const send = (outgoing: ServerResponse, response: SiteResponse, own: Record<string, string>): void => {
  const body = Buffer.from(String(response.body ?? ''));
  outgoing.writeHead(response.status, { ...response.headers, 'Content-Length': body.length, ...own });
  outgoing.end(body);
};

const reason = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

const fileOf = (frames: string[]): string | undefined => /([^\s(]+?):\d+:\d+\)?$/.exec(frames[0] ?? '')?.[1];

/** What Node's parser does not take as a request. */
const refuse = (error: NodeJS.ErrnoException, socket: Socket, servedBy: string): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nX-Served-By: ${servedBy}\r\n\r\n`,
  );
};
