import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { clean } from '../../plain/line.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import type { PartStatus, Stack, StackEvent } from '../../stack/stack.ts';
import { type PartId, type Topology, topologyByName } from '../../stack/topology.ts';
import { useAfterFrame } from './use-after-frame.ts';

export interface StackView {
  state: 'starting' | 'ready' | 'failed';
  /** Why there is none. */
  error?: string;
  /** What takes longer than usual while it starts. */
  progress?: string;
  /** What is not as it was asked for: an embedded engine in the place of a program that does not work here. */
  notices: readonly string[];
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
  notices: [],
  moving: false,
};

export type OpenStack = (onEvent: (event: StackEvent) => void) => Promise<Stack>;

interface Start {
  crashed: ReadonlySet<PartId>;
  progress?: string;
  notices: readonly string[];
}

/** What is told while the stack starts. After a part crashed it is told what plays it instead. */
const startReducer = (start: Start, event: StackEvent): Start => {
  if (event.type !== 'part') return start;
  const { id, state, message } = event;
  if (state === 'crashed') return { ...start, crashed: new Set([...start.crashed, id]) };
  if (state !== 'starting' || message === undefined) return start;
  const text = clean(message);
  return start.crashed.has(id)
    ? { ...start, notices: [...start.notices, text] }
    : { ...start, progress: text };
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
    case 'load':
      return view;
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
  open: OpenStack,
  screenReady: boolean,
): StackView & { connect(): Promise<Stack> } => {
  const [view, setView] = useState(planned);
  const followed = useRef<{ stack: Stack; unsubscribe: () => void }>(undefined);
  const connect = useCallback(async () => {
    let start: Start = { crashed: new Set(), notices: [] };
    const onStart = (event: StackEvent) => {
      start = startReducer(start, event);
      const { crashed: _, ...told } = start;
      setView(before => (before.state === 'starting' ? { ...before, ...told } : before));
    };
    try {
      const stack = await open(onStart);
      if (followed.current?.stack === stack) return stack;
      followed.current?.unsubscribe();
      const unsubscribe = stack.subscribe(event => setView(before => follow(before, event, stack.status())));
      followed.current = { stack, unsubscribe };
      const { notices } = start;
      setView({
        ...planned,
        state: 'ready',
        stack,
        topology: stack.topology,
        parts: stack.status(),
        notices,
      });
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
