import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bringUp } from '../../../src/stack/bring-up.ts';
import { capacity } from '../../../src/stack/parts/app/embedded.ts';
import type { Stack, StackEvent } from '../../../src/stack/stack.ts';
import type { LoadResult } from '../../../src/stack/traffic/result.ts';
import { until } from '../../until.ts';
import { stackCases } from '../engine-cases.ts';

const pagesPerS = (capacity.workers * 1000) / capacity.serviceMs;

describe.each(stackCases)('load on a stack: $name', ({ engine, present }) => {
  describe.skipIf(!present)('of one server', () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await bringUp({ engine });
    });
    afterAll(() => stack?.down());
    beforeEach(() => stack.reset());

    const load = async (ratePerS: number, durationMs: number, path = '/guestbook'): Promise<LoadResult> =>
      (await stack.load({ ratePerS, durationMs, path })).done;

    /** Others may keep this machine busy for seconds, which says nothing about the stack: then another try counts. */
    const undisturbed = async (ratePerS: number, path?: string): Promise<LoadResult> => {
      let result = await load(ratePerS, 2000, path);
      for (let tries = 1; result.failed > 0 && tries < 8; tries++) result = await load(ratePerS, 2000, path);
      return result;
    };

    it('is borne as long as the workers suffice', async () => {
      expect(await undisturbed(pagesPerS / 2)).toMatchObject({ sent: 200, failures: [], availability: 1 });
    });

    it('fills the queue of the application server when it is more, until that refuses', async () => {
      const { sent, failed, failures, p99 = 0 } = await load(pagesPerS * 1.5, 3000);
      expect(sent).toBe(900);
      // Within 3 s come 300 visitors more than can be served; 100 find a place in the queue.
      expect(failed).toBeGreaterThan(100);
      expect(failures.map(({ reason }) => reason)).toContain('503 from app');
      // Who was served at last has waited for the whole queue.
      expect(p99).toBeGreaterThan((capacity.queue / pagesPerS) * 1000 - capacity.serviceMs);
    });

    it('does not touch the application server where a file is asked for', async () => {
      expect(await undisturbed(pagesPerS * 1.5, '/style.css')).toMatchObject({ sent: 600, failures: [] });
    });

    it('goes on while parts fail and come back, and names each failure', async () => {
      const background = await stack.load({ ratePerS: 50, path: '/guestbook' });
      expect(stack.currentLoad).toBe(background);
      const failing = (reason: string) => until(() => (background.total.failed[reason] ?? 0) > 0);
      const recovered = () => {
        const { served } = background.total;
        return until(() => background.total.served > served);
      };
      await recovered();
      await stack.control('kill', 'app');
      await failing('502 from web');
      await stack.control('start', 'app');
      await recovered();
      await stack.control('stop', 'web');
      await failing('refused');
      await stack.control('stop', 'dns');
      await failing('dns-unreachable');
      await stack.control('start', 'dns');
      await stack.control('start', 'web');
      await recovered();
      const { availability = 1, failures } = await background.stop();
      expect(availability).toBeLessThan(1);
      expect(failures.map(({ reason }) => reason)).toEqual(
        expect.arrayContaining(['502 from web', 'refused', 'dns-unreachable']),
      );
    });

    it('ends when the stack is put back', async () => {
      const events: StackEvent[] = [];
      const unsubscribe = stack.subscribe(event => events.push(event));
      const background = await stack.load({ ratePerS: 50, path: '/guestbook' });
      await until(() => background.total.served > 0);
      await stack.reset();
      unsubscribe();
      await expect(background.done).rejects.toThrow('the load was cancelled');
      expect(stack.currentLoad).toBeUndefined();
      const told = events.flatMap(event => (event.type === 'load' ? [event.event.type] : []));
      expect([told[0], told.at(-1)]).toEqual(['begun', 'cancelled']);
      expect((await stack.request('/guestbook')).outcome).toBe('200 from app');
    });
  });

  it.skipIf(!present)('ends with the stack', async () => {
    const stack = await bringUp({ engine });
    const background = await stack.load({ ratePerS: 50, path: '/' }).catch(async error => {
      await stack.down();
      throw error;
    });
    await stack.down();
    await expect(background.done).rejects.toThrow('the load was cancelled');
  });
});
