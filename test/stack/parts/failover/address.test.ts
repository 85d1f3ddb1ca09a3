/** Two balancers, of which one holds the site's address. Small HTTP servers play the balancers. */
import { Agent, get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { hearFailover } from '../../../../src/stack/parts/failover/engine.ts';
import type { PartId } from '../../../../src/stack/topology.ts';
import { changeTopology, topologyByName } from '../../../../src/stack/topology-changes.ts';
import { until } from '../../../until.ts';
import { createScene, type Scene } from './scene.ts';

const balanced = (): Scene['topology'] => {
  const { topology } = changeTopology(topologyByName('balanced'), { type: 'add', what: 'balancer' });
  if (!topology) throw new Error('no second balancer');
  return topology;
};

const [first, second]: PartId[] = ['failover@balancer-1', 'failover@balancer-2'];
if (!first || !second) throw new Error('none');

let scene: Scene;

const startBalancer = (number: 1 | 2): void => {
  const { host, port } = scene.here(`balancer@balancer-${number}`);
  const program = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(${port}, '${host}')`;
  scene.run(`balancer-${number}`, process.execPath, ['-e', program]);
};

/** Both machines, with everything on them, when both know of each other that all is well. */
const startAll = async (options?: Parameters<typeof createScene>[1]): Promise<void> => {
  scene = await createScene(balanced(), options);
  startBalancer(1);
  startBalancer(2);
  await Promise.all([scene.start(first), scene.start(second)]);
  await scene.logged(first, 'balancer-2 says that its balancer is up');
  await scene.logged(second, 'balancer-1 says that its balancer is up');
};

const claims = (): string[] =>
  scene.reports.map(({ by, report }) => `${by} ${report.type === 'claim' ? report.balancer : report.type}`);
const claimOfSecond = [`${second} balancer-2`];
const holders = async (): Promise<unknown[]> =>
  Promise.all([first, second].map(async id => (await scene.said(id)).holder));

afterEach(async () => {
  await scene?.[Symbol.asyncDispose]();
});

describe('two balancers that live', () => {
  it('have exactly one holder of the address, the one of the plan', { retry: 2 }, async () => {
    await startAll();
    const agent = new Agent({ keepAlive: true });
    const visit = (number: 1 | 2) =>
      new Promise(resolve => {
        const asked = get({ ...scene.here(`balancer@balancer-${number}`), agent }, answer => {
          answer.resume().on('end', resolve);
        });
        asked.on('error', resolve);
      });
    // Load on both, until the two have said how they are some thirty times.
    const end = performance.now() + 3000;
    const visitors = Array.from({ length: 10 }, async (_, index) => {
      while (performance.now() < end) await visit(index % 2 ? 1 : 2);
    });
    await Promise.all(visitors);
    agent.destroy();
    expect(claims()).toEqual([]);
    expect(await holders()).toEqual(['balancer-1', 'balancer-1']);
  });

  it('have one as well when the one that stands by is there first', async () => {
    scene = await createScene(balanced());
    startBalancer(2);
    await scene.start(second);
    await scene.logged(second, 'the balancer of balancer-2 is up');
    startBalancer(1);
    await scene.start(first);
    await scene.logged(second, 'balancer-1 says that its balancer is up');
    expect(claims()).toEqual([]);
  });

  it('obey the tutor', async () => {
    await startAll();
    scene.change({ type: 'take-over', server: 'balancer-2' });
    await until(async () => (await holders()).every(holder => holder === 'balancer-2'));
    expect(await scene.log(first)).toContain('balancer-2 holds the address, says the plan');
    expect(claims()).toEqual([]);
    // And now the other one stands by.
    await scene.kill('balancer-2');
    await until(() => claims().length > 0);
    expect(claims()).toEqual([`${first} balancer-1`]);
  });
});

describe('the balancer that stands by takes over', () => {
  it('when the holder is killed', async () => {
    await startAll();
    await scene.kill('balancer-1');
    await until(() => claims().length > 0);
    expect(claims()).toEqual(claimOfSecond);
    expect(await scene.log(second)).toContain(
      'the balancer of balancer-1 is gone: balancer-2 takes the address over',
    );
    await until(async () => (await holders()).every(holder => holder === 'balancer-2'));
  });

  it('when the failover process beside the holder is killed', async () => {
    await startAll();
    await scene.kill(first);
    await until(() => claims().length > 0);
    expect(claims()).toEqual(claimOfSecond);
    expect(await scene.log(second)).toContain('balancer-1 is gone: the connection is refused');
    // What lasts is said once: also when the other one has been away for a while.
    await until(async () => (await scene.said(second)).holder === 'balancer-2');
    await scene.start(first);
    await scene.logged(first, 'balancer-2 holds the address');
    expect((await scene.log(second)).match(/is (gone|silent): (the connection|3 heartbeats)/g)).toHaveLength(
      1,
    );
  });

  it('when both are killed, once', async () => {
    await startAll();
    await Promise.all([scene.kill(first), scene.kill('balancer-1')]);
    await until(() => claims().length > 0);
    await scene.logged(second, 'balancer-1 is gone: the connection is refused');
    expect(claims()).toEqual(claimOfSecond);
  });

  it('when only the balancer is paused', async () => {
    await startAll();
    scene.signal('balancer-1', 'SIGSTOP');
    await until(() => claims().length > 0);
    expect(claims()).toEqual(claimOfSecond);
    await scene.logged(first, 'the balancer of balancer-1 is down: no answer within 300 ms');
    scene.signal('balancer-1', 'SIGCONT');
    await scene.logged(second, 'balancer-1 says that its balancer is up');
    expect(claims()).toEqual(claimOfSecond);
  });

  it('when the whole machine is paused; when it goes on, it learns that it has lost the address', async () => {
    // Nobody tells it but the other one.
    await startAll({ obedient: false });
    scene.signal(first, 'SIGSTOP');
    scene.signal('balancer-1', 'SIGSTOP');
    await until(() => claims().length > 0);
    expect(claims()).toEqual(claimOfSecond);
    scene.signal('balancer-1', 'SIGCONT');
    scene.signal(first, 'SIGCONT');
    await scene.logged(first, 'balancer-2 holds the address, says balancer-2');
    expect(await holders()).toEqual(['balancer-2', 'balancer-2']);
    expect(claims()).toEqual(claimOfSecond);
  });

  it('and keeps the address when the other one comes back', async () => {
    await startAll();
    await Promise.all([scene.kill(first), scene.kill('balancer-1')]);
    await until(() => claims().length > 0);
    startBalancer(1);
    await scene.start(first);
    await scene.logged(first, 'the balancer of balancer-1 is up');
    await until(
      async () => (await scene.log(second)).split('balancer-1 says that its balancer is up').length > 2,
    );
    expect(await holders()).toEqual(['balancer-2', 'balancer-2']);
    expect(claims()).toEqual(claimOfSecond);
    // It goes back only when it has to.
    await scene.kill('balancer-2');
    await until(() => claims().length > 1);
    expect(claims()).toEqual([...claimOfSecond, `${first} balancer-1`]);
  });

  it('not while the plan gives the address to one that is about to come', async () => {
    await startAll();
    await Promise.all([scene.kill(first), scene.kill('balancer-1')]);
    await until(() => claims().length > 0);
    // As when everything is put back: the plan first, then the parts.
    scene.change({ type: 'take-over', server: 'balancer-1' });
    await scene.logged(second, 'balancer-1 holds the address, says the plan');
    startBalancer(1);
    await scene.start(first);
    await until(
      async () => (await scene.log(second)).split('balancer-1 says that its balancer is up').length > 2,
    );
    expect(claims()).toEqual(claimOfSecond);
    await scene.kill('balancer-1');
    await until(() => claims().length > 1);
    expect(claims()).toEqual([...claimOfSecond, ...claimOfSecond]);
  });

  it('when the plan gives the address to one that does not come', async () => {
    await startAll();
    await Promise.all([scene.kill(first), scene.kill('balancer-1')]);
    await until(() => claims().length > 0);
    scene.change({ type: 'take-over', server: 'balancer-1' });
    await until(() => claims().length > 1);
    expect(claims()).toEqual([...claimOfSecond, ...claimOfSecond]);
  });

  it('not while its own balancer is gone', async () => {
    await startAll();
    await scene.kill('balancer-2');
    await scene.logged(second, 'the balancer of balancer-2 is down');
    await Promise.all([scene.kill(first), scene.kill('balancer-1')]);
    await scene.logged(second, 'balancer-1 is gone');
    expect(claims()).toEqual([]);
    startBalancer(2);
    await until(() => claims().length > 0);
    expect(claims()).toEqual(claimOfSecond);
  });
});

describe('the process', () => {
  it('ends when it is told to, and when its guard is gone', async () => {
    await startAll();
    await scene.kill(first, 'SIGTERM');
    expect(scene.child(first).exitCode).toBe(0);
    scene.child(second).stdin?.end();
    await until(() => scene.child(second).exitCode === 0);
  });

  it('passes over what the tutor cannot understand', () => {
    const heard: unknown[] = [];
    let say: (message: unknown) => void = () => {};
    const talk = {
      say: () => {},
      hear: (listener: (message: unknown) => void) => {
        say = listener;
      },
      ended: Promise.resolve(),
      hold: () => {},
    };
    hearFailover(talk, report => heard.push(report));
    for (const message of [null, 3, {}, { type: 'claim' }, { type: 'claim', balancer: 7 }, { type: 'plan' }])
      say(message);
    say({ type: 'claim', balancer: 'balancer-2' });
    say({ type: 'promoted', server: 'db-2' });
    expect(heard).toEqual([
      { type: 'claim', balancer: 'balancer-2' },
      { type: 'promoted', server: 'db-2' },
    ]);
  });
});
