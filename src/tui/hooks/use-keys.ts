import { useInput } from 'ink';
import { type Action, actionOf, type KeyMode, keysOf } from '../keymap.ts';

/** What the actions of the key table do on a screen; an action that makes no sense now is left out. */
export type Handlers = Partial<Record<Action, (() => void) | undefined>>;

export const useKeys = (mode: KeyMode, handlers: Handlers): void => {
  useInput((input, key) => {
    for (const name of keysOf(input, key)) {
      const action = actionOf(mode, name);
      if (action) handlers[action]?.();
    }
  });
};
