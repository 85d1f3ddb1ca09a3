import { expect, it } from 'vitest';
import { bringUp } from '../../../src/stack/bring-up.ts';
import { networkOnDemand } from '../../../src/stack/network/on-demand.ts';
import { named, present } from './present.ts';

const { signal } = new AbortController();

it('loopback opens nothing', async () => {
  const network = networkOnDemand('loopback', signal);
  await expect(network.open(undefined as never)).rejects.toThrow('--network loopback was asked for');
  await network.close();
});

it.skipIf(!present)(named('one for everybody who asks, and a new one when it has ended'), async () => {
  const stack = await bringUp({ engine: 'embedded' });
  const network = networkOnDemand('auto', signal);
  try {
    const [first, second] = await Promise.all([network.open(stack), network.open(stack)]);
    expect(second).toBe(first);
    await first.close();
    const third = await network.open(stack);
    expect(third).not.toBe(first);
    await network.close();
    await third.ended;
  } finally {
    await network.close();
    await stack.down();
  }
});
