import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { clean } from '../../plain/line.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import type { PartStatus, Stack, StackEvent } from '../../stack/stack.ts';
import { type Topology, topologyByName } from '../../stack/topology.ts';
import { useAfterFrame } from './use-after-frame.ts';

export interface StackView {
  state: 'starting' | 'ready' | 'failed';
  /** Why there is none. */
  error?: string;
  stack?: Stack;
  /** The plan is known before anything runs. */
  topology: Topology;
  parts: readonly PartStatus[];
  /** A request is on its way. */
  moving: boolean;
  last?: Trace;
}

const planned: StackView = {
  state: 'starting',
  topology: topologyByName('one-server'),
  parts: [],
  moving: false,
};

/** What an event of the stack changes on screen. */
export const follow = (view: StackView, event: StackEvent, parts: readonly PartStatus[]): StackView => {
  switch (event.type) {
    case 'request':
      return { ...view, moving: true };
    case 'trace':
      return { ...view, moving: false, last: event.trace, parts };
    case 'part':
      return { ...view, parts };
    case 'reset': {
      const { last: _, ...rest } = view;
      return { ...rest, moving: false, parts };
    }
  }
};

/**
 * Brings the stack up behind the frame in which the opening screen is complete, and follows its events; whoever
 * opened it takes it down.
 */
export const useStack = (
  open: () => Promise<Stack>,
  screenReady: boolean,
): StackView & { connect(): Promise<Stack> } => {
  const [view, setView] = useState(planned);
  const followed = useRef<{ stack: Stack; unsubscribe: () => void }>(undefined);
  const connect = useCallback(async () => {
    try {
      const stack = await open();
      if (followed.current?.stack === stack) return stack;
      followed.current?.unsubscribe();
      const unsubscribe = stack.subscribe(event => setView(before => follow(before, event, stack.status())));
      followed.current = { stack, unsubscribe };
      setView({ state: 'ready', stack, topology: stack.topology, parts: stack.status(), moving: false });
      return stack;
    } catch (error) {
      const message = clean(error instanceof Error ? error.message : String(error));
      setView({ ...planned, state: 'failed', error: message });
      throw error;
    }
  }, [open]);
  const start = useCallback(() => void connect().catch(() => {}), [connect]);
  useAfterFrame(screenReady, start);
  useEffect(() => () => followed.current?.unsubscribe(), []);
  return useMemo(() => ({ ...view, connect }), [view, connect]);
};
