import { Box, useAnimation } from 'ink';
import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import { Body, type Composed, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Menu, type MenuItem } from '../components/menu.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { useConsent } from '../hooks/use-consent.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import type { KeyMode } from '../keymap.ts';
import type { ChallengeProps } from '../screens/challenge.tsx';
import { useShell } from '../shell.ts';
import { solutionRows, taskRows } from './rows.ts';
import type { TaskControl } from './use-task.ts';

type Choice = 'begin' | 'go on' | 'count' | 'leave out' | 'give up';

type Props = ChallengeProps & { control: TaskControl; onGiveUp: () => void };

/** What is to be done, what was measured of it, and what can be done next. */
export const TaskText = ({
  title,
  detail,
  step,
  challenge,
  outcome,
  before,
  render,
  control,
  onAnswer,
  onGiveUp,
  onDone,
}: Props) => {
  const { layout, glyphs, stack } = useShell();
  const { width, height } = layout.text;
  const { view, dispatch, begin, cancel } = control;
  const consent = useConsent(width);
  const busy = view.at === 'setup';
  const { frame } = useAnimation({ interval: 100, isActive: busy });
  const look = { width, glyphs, render };
  const say = (text: string, tone: 'accent' | 'bad' | 'good' | 'dim'): Line[] =>
    wrap(text, width).map(part => line(span(part, tone)));

  const items: MenuItem<Choice>[] =
    outcome !== undefined || busy || consent.asking ? [] : choices(view.run !== undefined, before);
  const state = busy
    ? say(
        `${glyphs.spinner[frame % glyphs.spinner.length]} ${view.progress ?? 'waiting for the stack'}`,
        'accent',
      )
    : view.error === undefined
      ? []
      : say(`${glyphs.cross} ${view.error}`, 'bad');
  const told: Line[] = [
    ...state,
    ...(outcome === 'passed' ? say(`${glyphs.tick} Passed: 1 point.`, 'good') : []),
    ...(outcome === 'not passed' ? say(`${glyphs.cross} Not passed: 0 points.`, 'bad') : []),
    ...(outcome === undefined && before !== undefined && !view.run
      ? say(`You passed it on ${before}.`, 'dim')
      : []),
  ];
  const composed: Composed = {
    before: [
      ...taskRows(step, challenge, view.grade, look),
      ...(told.length > 0 ? [blank, ...told] : []),
      // Whoever has only left it out, or counts an earlier pass, may still want to find it out.
      ...(outcome !== undefined && view.run ? [blank, ...solutionRows(challenge, look)] : []),
      ...(items.length > 0 ? [blank] : []),
    ],
    live: items.length,
    after: consent.rows,
  };
  const scroll = useScroll(composedRows(composed), height, step.id);
  useChange(step.id, `${view.at} ${outcome} ${view.error} ${consent.asking}`, () =>
    outcome === undefined ? scroll.to(scroll.total) : scroll.to(0),
  );

  const choose = (choice: Choice): void => {
    const acts: Record<Choice, () => void> = {
      begin: () => consent.before(begin),
      'go on': () => dispatch({ type: 'show', at: 'prompt' }),
      count: () => onAnswer(true),
      'leave out': () => onAnswer(false),
      'give up': onGiveUp,
    };
    acts[choice]();
  };
  const everySeen = scroll.atEnd;
  const mode: KeyMode = consent.asking
    ? 'consent'
    : busy
      ? 'running'
      : items.length > 0 && everySeen
        ? 'menu'
        : everySeen
          ? 'read'
          : 'more';
  return (
    <Frame
      mode={mode}
      title={title}
      detail={detail}
      scroll={scroll}
      handlers={{
        ...scroll.handlers,
        enter: everySeen ? (outcome === undefined ? undefined : onDone) : scroll.handlers.pageDown,
        cancel: consent.asking ? consent.no : cancel,
        ...(consent.asking ? { agree: consent.yes } : {}),
      }}
    >
      <Box gap={layout.gap}>
        <Body of={composed} rect={layout.text} top={scroll.top}>
          {items.length > 0 && (
            <Menu items={items} width={width} isFocused={mode === 'menu'} onSelect={choose} />
          )}
        </Body>
        {layout.mode !== 'single' && <StackPanes request={stack.last} />}
      </Box>
    </Frame>
  );
};

const choices = (running: boolean, before: string | undefined): MenuItem<Choice>[] => {
  const item = (value: Choice, label: string): MenuItem<Choice> => ({ key: value, value, label });
  if (running)
    return [
      item('go on', 'Go on at the prompt'),
      item('begin', 'Begin it anew, from the beginning'),
      item('give up', 'Give up: 0 points, and a solution is shown'),
    ];
  return [
    item('begin', 'Begin: the stack is put back, and the prompt opens'),
    ...(before === undefined ? [] : [item('count', 'Go on: it counts as passed')]),
    item('leave out', 'Leave it out: 0 points in this run, nothing is told'),
  ];
};
