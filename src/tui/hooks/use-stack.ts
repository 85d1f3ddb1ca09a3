import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { clean } from '../../plain/line.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import type { PartStatus, Stack, StackEvent } from '../../stack/stack.ts';
import type { PartId, Topology } from '../../stack/topology.ts';
import { topologyByName } from '../../stack/topology-changes.ts';
import { createMeterStore, type MeterStore } from '../meter-store.ts';
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
  /** The browser has spoken HTTPS. */
  secured: boolean;
}

const planned: StackView = {
  state: 'starting',
  topology: topologyByName('one-server'),
  parts: [],
  notices: [],
  moving: false,
  secured: false,
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
export const follow = (
  view: StackView,
  event: StackEvent,
  now: Pick<StackView, 'parts' | 'topology'>,
): StackView => {
  switch (event.type) {
    case 'request':
      return { ...view, moving: true };
    case 'trace':
      return {
        ...view,
        moving: false,
        last: event.trace,
        secured: view.secured || event.trace.url.startsWith('https:'),
        ...now,
      };
    case 'part':
    case 'topology':
      return { ...view, ...now };
    case 'load':
      return view;
    case 'reset': {
      const { last: _, ...rest } = view;
      return { ...rest, moving: false, ...now };
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
): StackView & { connect(): Promise<Stack>; meters: MeterStore } => {
  const [view, setView] = useState(planned);
  const [meters] = useState(createMeterStore);
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
      const unsubscribe = stack.subscribe(event => {
        // Some a second: only what shows them is drawn anew.
        if (event.type === 'load') return meters.follow(event.event);
        const now = { parts: stack.status(), topology: stack.topology };
        setView(before => follow(before, event, now));
      });
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
  }, [open, meters]);
  const start = useCallback(() => void connect().catch(() => {}), [connect]);
  useAfterFrame(screenReady, start);
  useEffect(() => () => followed.current?.unsubscribe(), []);
  return useMemo(() => ({ ...view, connect, meters }), [view, connect, meters]);
};
