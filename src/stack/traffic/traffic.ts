import type { Guard } from '../guard.ts';
import { StackError } from '../stack.ts';
import type { Load, MovingLoad } from './load.ts';
import type { LoadEvent } from './meters.ts';
import { type LoadOrder, orderProblem } from './order.ts';
import type { Surroundings } from './protocol.ts';

export interface TrafficDeps {
  guard: Guard;
  runDir: string;
  surroundings(): Surroundings;
  emit(event: LoadEvent): void;
}

/** The visitors of a stack: one load at a time. */
export interface Traffic {
  readonly current: Load | undefined;
  /** Throws StackError. The signal cancels it. */
  load(order: LoadOrder, signal?: AbortSignal): Promise<Load>;
  /** Tells the visitors that the stack has changed. */
  move(): void;
  /** Ends what goes on, without a result. */
  cancel(): Promise<void>;
}

export const createTraffic = ({ guard, runDir, surroundings, emit }: TrafficDeps): Traffic => {
  let current: MovingLoad | undefined;
  let starting: Promise<MovingLoad> | undefined;

  const start = async (order: LoadOrder): Promise<MovingLoad> => {
    const { startLoad } = await import('./load.ts');
    const load = await startLoad({ guard, runDir }, order, surroundings());
    current = load;
    emit({ type: 'begun', order });
    load.subscribe(window => emit({ type: 'window', window }));
    const over = (event: LoadEvent): void => {
      current = undefined;
      emit(event);
    };
    load.done.then(
      result => over({ type: 'ended', result }),
      () => over({ type: 'cancelled' }),
    );
    return load;
  };

  const cancel = async (): Promise<void> => {
    await starting?.catch(() => {});
    await current?.cancel();
  };

  return {
    get current() {
      return current;
    },
    load: async (order, signal) => {
      const problem = orderProblem(order);
      if (problem) throw new StackError(problem);
      if (current || starting)
        throw new StackError(
          current && current.order.durationMs === undefined
            ? `a load of ${current.order.ratePerS}/s goes on in the background: "load stop" ends it`
            : 'a load goes on already',
        );
      starting = start(order).finally(() => {
        starting = undefined;
      });
      const load = await starting;
      const abort = (): void => void load.cancel();
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      load.done.catch(() => {}).then(() => signal?.removeEventListener('abort', abort));
      return load;
    },
    move: () => current?.move(surroundings()),
    cancel,
  };
};
