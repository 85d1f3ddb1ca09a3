import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorkers, QueueFullError, type Slot } from '../../../../src/stack/parts/app/workers.ts';

/** A task that ends when it is told to. */
const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { task: () => promise, end: resolve, fail: reject };
};

const settle = () => new Promise(resolve => setImmediate(resolve));

describe('workers', () => {
  it('give each request a worker of its own, and the next one the worker that becomes free', async () => {
    const workers = createWorkers(2, 1);
    const tasks = [held(), held(), held()];
    const slots: Slot[] = [];
    const runs = tasks.map(({ task }) =>
      workers.run(slot => {
        slots.push(slot);
        return task();
      }),
    );
    await settle();
    expect(slots.map(({ worker }) => worker)).toEqual([1, 2]);
    expect([workers.busy, workers.waiting]).toEqual([2, 1]);
    tasks[1]?.end('second');
    await settle();
    expect(slots.map(({ worker }) => worker)).toEqual([1, 2, 2]);
    expect(slots[0]?.queueMs).toBe(0);
    expect(slots[2]?.queueMs).toBeGreaterThan(0);
    for (const { end } of tasks) end('done');
    expect(await Promise.all(runs)).toEqual(['done', 'second', 'done']);
    expect([workers.busy, workers.waiting]).toEqual([0, 0]);
  });

  it('refuse at once when all are busy and the queue is full', async () => {
    const workers = createWorkers(1, 1);
    const { task, end } = held();
    const served = [workers.run(task), workers.run(task)];
    await expect(workers.run(task)).rejects.toBeInstanceOf(QueueFullError);
    end('');
    await Promise.all(served);
  });

  it('are free again after a task that failed', async () => {
    const workers = createWorkers(1, 0);
    await expect(workers.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await workers.run(() => Promise.resolve('fine'))).toBe('fine');
  });

  it('give up the place of a request that leaves the queue, and never run it', async () => {
    const workers = createWorkers(1, 1);
    const { task, end } = held();
    const first = workers.run(task);
    const leaving = new AbortController();
    let ran = false;
    const second = workers.run(async () => {
      ran = true;
    }, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    const third = workers.run(async ({ worker }) => worker);
    end('');
    await first;
    expect(await third).toBe(1);
    expect(ran).toBe(false);
  });

  it('let only those who wait leave the queue', async () => {
    const workers = createWorkers(1, 3);
    const tasks = [held(), held(), held()];
    const leaving = new AbortController();
    const ran: number[] = [];
    const runs = tasks.map(({ task }, index) =>
      workers.run(
        () => {
          ran.push(index);
          return task();
        },
        index === 1 ? leaving.signal : undefined,
      ),
    );
    tasks[0]?.end('');
    await settle();
    leaving.abort();
    tasks[1]?.end('');
    await settle();
    expect(ran).toEqual([0, 1, 2]);
    tasks[2]?.end('');
    await Promise.all(runs);
  });

  it('keep working on a request whose client leaves while it is worked on', async () => {
    const workers = createWorkers(1, 0);
    const { task, end } = held();
    const leaving = new AbortController();
    const run = workers.run(task, leaving.signal);
    leaving.abort();
    await settle();
    expect(workers.busy).toBe(1);
    end('finished');
    expect(await run).toBe('finished');
  });

  it('never do more than they can, refuse exactly when full, and serve in the order of arrival', async () => {
    // More arrivals than ends: otherwise nobody would ever wait.
    const step = fc.constantFrom('arrive', 'arrive', 'arrive', 'arrive', 'finish', 'finish', 'leave');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
        async (count, places, steps) => {
          const workers = createWorkers(count, places);
          // The model: who is being served and who waits, by number of arrival.
          let serving: number[] = [];
          let waiting: number[] = [];
          const started: number[] = [];
          const expected: number[] = [];
          const occupied = new Map<number, number>();
          const requests: { end: (value: string) => void; leave: AbortController }[] = [];
          const outcomes: Promise<unknown>[] = [];
          const advance = () => {
            while (serving.length < count && waiting.length > 0) {
              const next = waiting.shift() as number;
              serving.push(next);
              expected.push(next);
            }
          };
          for (const what of steps) {
            if (what === 'arrive') {
              const number = requests.length;
              const { task, end } = held();
              const leave = new AbortController();
              requests.push({ end, leave });
              const full = serving.length === count && waiting.length === places;
              const run = workers.run(({ worker }) => {
                expect(worker).toBeGreaterThanOrEqual(1);
                expect(worker).toBeLessThanOrEqual(count);
                expect([...occupied.values()]).not.toContain(worker);
                occupied.set(number, worker);
                started.push(number);
                return task().finally(() => occupied.delete(number));
              }, leave.signal);
              if (full) await expect(run).rejects.toBeInstanceOf(QueueFullError);
              else {
                outcomes.push(run.catch(() => 'left'));
                waiting.push(number);
              }
            } else if (what === 'finish' && serving.length > 0) {
              const [first, ...rest] = serving;
              requests[first as number]?.end('done');
              serving = rest;
            } else if (what === 'leave' && waiting.length > 0) {
              const last = waiting.at(-1) as number;
              requests[last]?.leave.abort();
              waiting = waiting.slice(0, -1);
            }
            advance();
            await settle();
            expect(started).toEqual(expected);
            expect([workers.busy, workers.waiting]).toEqual([serving.length, waiting.length]);
            expect(occupied.size).toBe(serving.length);
          }
          for (const { end } of requests) end('done');
          await Promise.all(outcomes);
          expect(workers.busy).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('work on no more than they may, also while those who are to go still work', async () => {
    const workers = createWorkers(5, 0);
    const tasks = Array.from({ length: 5 }, held);
    const runs = tasks.map(({ task }) => workers.run(task));
    await settle();
    workers.resize(2, 0);
    for (const task of tasks.slice(1, 4)) task.end('');
    await settle();
    // The first and the fifth.
    expect(workers.busy).toBe(2);
    await expect(workers.run(held().task)).rejects.toBeInstanceOf(QueueFullError);
    tasks[4]?.end('');
    await settle();
    expect(await workers.run(async ({ worker }) => worker)).toBe(2);
    tasks[0]?.end('');
    await Promise.all(runs);
  });

  it('may become more or fewer at any time: no number twice, nobody waits beside an idle one', async () => {
    const act = fc.oneof(
      fc.record({ type: fc.constant('run' as const) }),
      fc.record({ type: fc.constant('end' as const), which: fc.nat() }),
      fc.record({
        type: fc.constant('resize' as const),
        count: fc.integer({ min: 1, max: 5 }),
        places: fc.nat(4),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async acts => {
        let [count, places] = [2, 2];
        const workers = createWorkers(count, places);
        const running = new Map<number, () => void>();
        const runs: Promise<unknown>[] = [];
        for (const step of acts) {
          if (step.type === 'run') {
            const full = workers.busy >= count && workers.waiting >= places;
            const run = workers.run(async ({ worker }) => {
              expect(running.has(worker)).toBe(false);
              expect(worker).toBeLessThanOrEqual(count);
              await new Promise<void>(resolve => running.set(worker, resolve));
            });
            if (full) await expect(run).rejects.toBeInstanceOf(QueueFullError);
            else runs.push(run);
          } else if (step.type === 'end') {
            const [worker, end] = [...running][step.which % Math.max(1, running.size)] ?? [];
            if (worker !== undefined) running.delete(worker);
            end?.();
          } else {
            ({ count, places } = step);
            workers.resize(count, places);
          }
          await settle();
          expect(workers.busy).toBe(running.size);
          if (workers.waiting > 0) expect(workers.busy).toBeGreaterThanOrEqual(count);
        }
        while (running.size > 0) {
          const [[worker, end]] = [...running] as [[number, () => void]];
          running.delete(worker);
          end();
          await settle();
        }
        await Promise.all(runs);
        expect([workers.busy, workers.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
