import type { Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { delayLine } from '../../../src/stack/links/delay-line.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A receiver that takes what it is given, and says so only when it is told. */
const slowReceiver = () => {
  const got: Buffer[] = [];
  let taken = (): void => {};
  const socket = new Duplex({
    highWaterMark: 1,
    read: () => {},
    write: (piece: Buffer, _, done) => {
      got.push(piece);
      taken = done;
    },
  });
  return { socket: socket as Socket, got, take: () => taken() };
};

const ticks = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise(resolve => setImmediate(resolve));
};

it('nothing arrives before its time, and everything in its order, whatever the delays are', async () => {
  const step = fc.record({ delay: fc.nat(50), pause: fc.nat(20) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(30), async (steps, notBefore) => {
      const from = new PassThrough();
      const to = new PassThrough();
      const start = performance.now();
      const arrived: { index: number; at: number }[] = [];
      to.on('data', (piece: Buffer) => {
        for (const index of piece) arrived.push({ index, at: performance.now() - start });
      });
      let delay = 0;
      delayLine(from as unknown as Socket, to as unknown as Socket, {
        ms: () => delay,
        notBefore: start + notBefore,
      });
      const due: number[] = [];
      for (const [index, step] of steps.entries()) {
        delay = step.delay;
        due.push(Math.max(performance.now() - start + delay, notBefore, due.at(-1) ?? 0));
        from.write(Buffer.of(index));
        await ticks();
        vi.advanceTimersByTime(step.pause);
        await ticks();
      }
      vi.advanceTimersByTime(200);
      await ticks();
      expect(arrived.map(({ index }) => index)).toEqual(steps.map((_, index) => index));
      for (const { index, at } of arrived) {
        expect(at).toBeGreaterThanOrEqual(due[index] ?? 0);
        expect(at).toBeLessThanOrEqual((due[index] ?? 0) + 20);
      }
    }),
    { numRuns: 30 },
  );
});

it('has the sender wait while the receiver takes nothing, and goes on when it does', async () => {
  const from = new PassThrough({ highWaterMark: 1 << 20 });
  const { socket, got, take } = slowReceiver();
  delayLine(from as unknown as Socket, socket, { ms: () => 10, notBefore: 0 });
  const piece = Buffer.alloc(1 << 20);
  let sent = 0;
  const send = async (): Promise<void> => {
    while (from.readableFlowing && sent < 50) {
      from.write(piece);
      sent++;
      await ticks();
    }
  };
  await send();
  // What was given to the receiver, and 4 MB on the way.
  expect(sent).toBeLessThanOrEqual(6);
  vi.advanceTimersByTime(1000);
  await ticks();
  expect([got.length, socket.writableLength]).toEqual([1, piece.length]);
  for (let index = 1; index < sent; index++) {
    take();
    await ticks();
    expect(got).toHaveLength(index + 1);
  }
  expect(from.readableFlowing).toBe(true);
});
