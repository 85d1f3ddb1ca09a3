import { beforeEach, expect, it, vi } from 'vitest';
import { withStack } from '../../src/commands/with-stack.ts';
import { bringUp } from '../../src/stack/bring-up.ts';
import { StackError } from '../../src/stack/stack.ts';
import { fakeStack } from '../lab/fake-stack.ts';

vi.mock('../../src/stack/bring-up.ts', () => ({ bringUp: vi.fn() }));

const down = vi.fn(async () => {});
beforeEach(() => {
  down.mockClear();
  vi.mocked(bringUp)
    .mockReset()
    .mockImplementation(async () => fakeStack({ down }));
});

const quiet = { quiet: true };

it('brings the stack up once, and only when it is asked for', async () => {
  expect(await withStack(async () => 7, quiet)).toBe(7);
  expect(bringUp).not.toHaveBeenCalled();
  await withStack(async ({ openStack }) => {
    expect(await openStack()).toBe(await openStack());
    return 0;
  }, quiet);
  expect(bringUp).toHaveBeenCalledTimes(1);
  expect(down).toHaveBeenCalledTimes(1);
});

it('tries again after it did not come up', async () => {
  vi.mocked(bringUp).mockRejectedValueOnce(new StackError('no'));
  await withStack(async ({ openStack }) => {
    await expect(openStack()).rejects.toThrow('no');
    await openStack();
    return 0;
  }, quiet);
  expect(bringUp).toHaveBeenCalledTimes(2);
  expect(down).toHaveBeenCalledTimes(1);
});

it('takes the stack down when the work fails', async () => {
  const work = withStack(async ({ openStack }) => {
    await openStack();
    throw new Error('broken');
  }, quiet);
  await expect(work).rejects.toThrow('broken');
  expect(down).toHaveBeenCalledTimes(1);
});

it('takes a stack down that comes up only after the work is over', async () => {
  let ready = (): void => {};
  vi.mocked(bringUp).mockImplementation(
    () =>
      new Promise(resolve => {
        ready = () => resolve(fakeStack({ down }));
      }),
  );
  const work = withStack(async ({ openStack }) => {
    void openStack();
    await vi.waitUntil(() => vi.mocked(bringUp).mock.calls.length > 0);
    setImmediate(() => ready());
    return 0;
  }, quiet);
  expect(await work).toBe(0);
  expect(vi.mocked(bringUp).mock.calls[0]?.[0]?.signal?.aborted).toBe(true);
  expect(down).toHaveBeenCalledTimes(1);
});

it('ends the work with 130, whatever it throws then, and leaves no listener behind', async () => {
  const before = process.listenerCount('SIGINT');
  const code = await withStack(async ({ signal, interrupt }) => {
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    interrupt();
    signal.throwIfAborted();
    return 0;
  }, quiet);
  expect(code).toBe(130);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
