import { type Stack, StackError } from '../stack.ts';
import type { NetworkChoice } from './network-choice.ts';
import type { PrivateInternet } from './private-internet.ts';

/** The private internet of a run, which is there when somebody has asked for it. */
export interface NetworkOnDemand {
  /** Opens it at the first call, and again after it has ended or was refused. Throws StackError. */
  open(stack: Stack): Promise<PrivateInternet>;
  close(): Promise<void>;
}

export const networkOnDemand = (choice: NetworkChoice, signal: AbortSignal): NetworkOnDemand => {
  let coming: Promise<PrivateInternet> | undefined;
  const make = async (stack: Stack): Promise<PrivateInternet> => {
    if (choice === 'loopback')
      throw new StackError('there is no private internet: --network loopback was asked for');
    const { openPrivateInternet } = await import('./private-internet.ts');
    return openPrivateInternet(stack, signal);
  };
  return {
    open: stack => {
      if (coming) return coming;
      const made = make(stack);
      const forget = (): void => {
        if (coming === made) coming = undefined;
      };
      made.then(({ ended }) => ended.then(forget), forget);
      coming = made;
      return made;
    },
    close: async () => {
      const network = await coming?.catch(() => undefined);
      await network?.close();
    },
  };
};
