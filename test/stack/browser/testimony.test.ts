import { describe, expect, it } from 'vitest';
import { type Case, hear, type Witness } from '../../../src/stack/browser/testimony.ts';
import type { AppHop, DbHop, Hop, WebHop } from '../../../src/stack/browser/trace.ts';

const web: WebHop = { part: 'web', server: 'server-1', status: 200, upstream: [], log: '', durationMs: 1 };
const passedOn: WebHop = { ...web, upstream: [{ address: '127.0.0.1:8000', status: 200, responseMs: 1 }] };
const app: AppHop = {
  part: 'app',
  server: 'server-1',
  version: 'v1',
  status: 200,
  worker: 1,
  queueMs: 0,
  file: 'pages.ts',
  queries: 0,
  log: '',
  durationMs: 1,
};
const db: DbHop = { part: 'db', server: 'server-1', queries: [], durationMs: 1 };

/** Reports its hop when it is asked for the n-th time; counts how often it was asked. */
const witness = (hop: Hop & { part: 'web' | 'app' | 'db' }, nth = 1, server = 'server-1') => {
  const seen = { asked: 0 };
  const plan = { part: hop.part, server };
  const find = async () => (++seen.asked >= nth ? hop : undefined);
  return { ...seen, plan, evidence: { find }, seen } satisfies Witness & { seen: { asked: number } };
};

const about = (more: Partial<Case> = {}): Case => ({
  requestId: 'abc',
  front: { part: 'web', server: 'server-1' },
  appServer: undefined,
  evidenceMs: 20_000,
  signal: undefined,
  ...more,
});

const never = Number.POSITIVE_INFINITY;

describe('waits for the parts that must have seen the request', () => {
  it('in the order of the request, however late they report', async () => {
    const queried = { ...app, queries: 2 };
    const witnesses = [witness(db, 3), witness(queried, 4), witness(passedOn, 5)];
    expect(await hear(witnesses, about({ appServer: 'server-1' }))).toEqual([passedOn, queried, db]);
  });

  it('and for no others', async () => {
    const [theApp, theDb] = [witness(app, never), witness(db, never)];
    expect(await hear([witness(web), theApp, theDb], about())).toEqual([web]);
    expect([theApp.seen.asked, theDb.seen.asked]).toEqual([0, 0]);
  });

  it('asks the app once when it was tried but did not sign the answer', async () => {
    const silent = witness(app, never);
    expect(await hear([witness(passedOn), silent], about())).toEqual([passedOn]);
    // A kept answer carries the signature of the application, which has not seen this request.
    const kept = { ...web, cache: 'HIT' };
    const patient = about({ appServer: 'server-1', evidenceMs: 3_600_000 });
    expect(await hear([witness(kept), silent], patient)).toEqual([kept]);
    expect(silent.seen.asked).toBe(1);
    expect(await hear([witness(passedOn), witness(app)], about())).toEqual([passedOn, app]);
  });

  it('does not ask the database when the app got no answer from it', async () => {
    const theDb = witness(db, never);
    expect(await hear([witness(web), witness(app), theDb], about({ appServer: 'server-1' }))).toEqual([
      web,
      app,
    ]);
    expect(theDb.seen.asked).toBe(0);
  });
});

it('gives up at the deadline and goes on with the next part', async () => {
  const witnesses = [witness(web, never), witness({ ...app, queries: 1 }), witness(db, never)];
  const hops = await hear(witnesses, about({ appServer: 'server-1', evidenceMs: 30 }));
  expect(hops.map(({ part }) => part)).toEqual(['app']);
});

it('asks the server that answered', async () => {
  const other = witness({ ...app, server: 'server-2' }, 1, 'server-2');
  const hops = await hear([witness(app), other, witness(web)], about({ appServer: 'server-2' }));
  expect(hops).toEqual([web, { ...app, server: 'server-2' }]);
});

it('takes a witness that fails for one that knows nothing', async () => {
  const broken: Witness = {
    plan: { part: 'web', server: 'server-1' },
    evidence: { find: () => Promise.reject(new Error('no file')) },
  };
  expect(await hear([broken], about({ evidenceMs: 5 }))).toEqual([]);
});

it('ends when it is cancelled', async () => {
  const signal = AbortSignal.timeout(20);
  await expect(hear([witness(web, never)], about({ signal }))).rejects.toThrow();
});
