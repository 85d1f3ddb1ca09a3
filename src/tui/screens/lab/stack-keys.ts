import type { Dispatch } from 'react';
import type { Handlers } from '../../hooks/use-keys.ts';
import type { StackView } from '../../hooks/use-stack.ts';
import {
  commandOf,
  type Deed,
  type Detail,
  type Direction,
  type LabAction,
  type LabView,
  neighbour,
  selectedIn,
} from './state.ts';

interface Options {
  view: LabView;
  dispatch: Dispatch<LabAction>;
  stack: StackView;
  /** Runs a command. */
  act: (command: string) => void;
  scroll: { by(lines: number): void; toEnd(end: boolean): void; page: number; room(): boolean };
}

/** What keys do while the stack has them, or its trace, logs or meters. */
export const stackKeys = ({ view, dispatch, stack, act, scroll }: Options): Handlers => {
  const { topology, parts } = stack;
  const target = selectedIn(topology, view);
  const focus = (to: LabView['focus']) => () => dispatch({ type: 'focus', focus: to });
  const show = (detail: Detail) => () => dispatch({ type: 'show', detail, room: scroll.room() });
  // Of logs the end is what is followed, so they are scrolled from there.
  const sign = view.detail === 'logs' ? -1 : 1;
  const shown: Handlers = {
    logs: show('logs'),
    trace: show('trace'),
    meters: show('meters'),
    pageUp: () => scroll.by(-sign * scroll.page),
    pageDown: () => scroll.by(sign * scroll.page),
  };
  if (view.focus === 'detail')
    return {
      ...shown,
      up: () => scroll.by(-sign),
      down: () => scroll.by(sign),
      top: () => scroll.toEnd(sign < 0),
      bottom: () => scroll.toEnd(sign > 0),
      pane: focus('stack'),
      back: focus('stack'),
    };
  const move = (direction: Direction) => () =>
    dispatch({ type: 'select', target: neighbour(topology, target, direction) });
  const deed = (of: Deed) => () => {
    // What is chosen by nobody may be another one after it: the next key must not hit the one that took over.
    dispatch({ type: 'select', target });
    act(commandOf(of, target, topology, parts));
  };
  return {
    ...shown,
    up: move('up'),
    down: move('down'),
    left: move('left'),
    right: move('right'),
    toggle: deed('toggle'),
    kill: deed('kill'),
    pause: deed('pause'),
    restart: deed('restart'),
    reload: deed('reload'),
    pane: focus('prompt'),
    back: focus('prompt'),
  };
};
