import type { AsyncLocalStorage } from 'node:async_hooks';
import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { badRequest, failurePage, tooLarge } from './answers.ts';
import { siteFrames } from './builds.ts';
import type { SiteHandler, SiteResponse } from './contract.ts';
import type { Asked } from './database.ts';
import { parseTarget, readBody, requestId, siteRequest } from './request.ts';
import { QueueFullError, type Slot, type Workers } from './workers.ts';

/** The site as it runs now. */
export interface Running {
  handler: SiteHandler;
  version: string;
  /** Where its files are. */
  dir: string;
}

/** A request that has its answer. */
export interface Done extends Asked, Slot {
  response: SiteResponse;
  durationMs: number;
  /** Of the site; empty when the server answered without it. */
  version: string;
  /** Why the answer is an error page, with the lines of the site that the error went through. */
  failure?: { error: unknown; frames: string[] };
}

export interface WorkContext {
  workers: Workers;
  /** Milliseconds that a page occupies its worker before the site's own work. */
  serviceMs: () => number;
  /** While the site is loaded anew, requests wait for it. */
  site: () => Promise<Running>;
  asked: AsyncLocalStorage<Asked>;
}

export type Work = ReturnType<typeof createWork>;

/**
 * What turns a request into an answer, by one of the workers, which reads the body, too: a client that sends it
 * slowly occupies a worker, unless a web server in front gathers it first.
 * Resolves with nothing when the client left before its turn, which is told by the signal, or in its body.
 */
export const createWork =
  ({ workers, serviceMs, site, asked }: WorkContext) =>
  async (incoming: IncomingMessage, gone: AbortSignal): Promise<Done | undefined> => {
    const arrived = performance.now();
    const context: Asked = { id: requestId(incoming.headers['x-request-id']), queries: [] };
    let slot: Slot = { worker: 0, queueMs: 0 };
    let running: Running | undefined;
    const done = (response: SiteResponse, error?: unknown): Done => ({
      ...context,
      ...slot,
      response,
      durationMs: performance.now() - arrived,
      version: running?.version ?? '',
      ...(error === undefined
        ? {}
        : { failure: { error, frames: running ? siteFrames(error, running.dir) : [] } }),
    });

    const target = parseTarget(incoming.url ?? '');
    try {
      if (!target || incoming.headers.host === undefined) {
        await readBody(incoming);
        return done(badRequest);
      }
      const response = await workers.run(async given => {
        slot = given;
        const startedAt = performance.now();
        const body = await readBody(incoming);
        if (body === undefined) return tooLarge;
        running = await site();
        // Stands for the work of a real page. A wrong path has to be looked up as well; only the check of
        // health is free.
        if (target.path !== '/health') await wait(serviceMs());
        const request = siteRequest(incoming, target, body, startedAt);
        return checked(await asked.run(context, running.handler, request));
      }, gone);
      return done(response);
    } catch (error) {
      // Closing while the client still sends would take the answer with it.
      if (error instanceof QueueFullError) await readBody(incoming).catch(() => {});
      const left = incoming.errored || (gone.aborted && slot.worker === 0);
      return left ? undefined : done(failurePage(error), error);
    }
  };

/** The site is edited by learners: what it returns may be anything. */
const checked = (response: SiteResponse | undefined): SiteResponse => {
  const { status } = response ?? {};
  if (!response || !Number.isInteger(status) || response.status < 200 || response.status > 599)
    throw new Error('the site returned no response with a status from 200 to 599');
  for (const [name, value] of Object.entries(response.headers ?? {}))
    for (const each of [value].flat()) {
      validateHeaderName(name);
      validateHeaderValue(name, each);
    }
  return response;
};
