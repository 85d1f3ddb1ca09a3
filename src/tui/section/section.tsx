import { Box, useAnimation } from 'ink';
import { useEffect, useRef, useState } from 'react';
import type { Answer } from '../../quiz/answer.ts';
import { isFinished } from '../../quiz/question-state.ts';
import { Body, type Composed, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { usePicturePane } from '../components/picture-pane.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { useConsent } from '../hooks/use-consent.ts';
import { useLabRun } from '../hooks/use-lab-run.ts';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { useOnce } from '../hooks/use-once.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import type { KeyMode } from '../keymap.ts';
import { cursorVisible, useQuestion } from '../question/use-question.tsx';
import { useShell } from '../shell.ts';
import type { RunEvent } from './run.ts';
import { gateOf, offeredHints, type StepState, shownRequest } from './state.ts';
import { stepRows } from './step-rows.ts';

type Props = {
  title: string;
  /** Which one of them it is. */
  detail: string;
  /** Above the text, in words of the program. */
  note?: string | undefined;
  state: StepState;
  /** Where the same step may come twice: which time it is. */
  id?: string;
  render: RenderMarkdown;
  onAnswer: (answer: Answer) => void;
  onHint: () => void;
  /** Of the lab block at the given place among the items. */
  onRun: (item: number, event: RunEvent) => void;
  /** The arrow keys; absent where they lead nowhere. */
  previous?: (() => void) | undefined;
  next?: (() => void) | undefined;
  first?: (() => void) | undefined;
  /** Enter, when everything is done and has been on screen. */
  onDone: () => void;
};

/** One section of a lesson or quiz: its text, its question, its lab blocks, and the stack beside them. */
export const Section = ({
  title,
  detail,
  note,
  state,
  id: time = '',
  render,
  onAnswer,
  onHint,
  onRun,
  previous,
  next,
  first,
  onDone,
}: Props) => {
  const { layout, glyphs, ascii, stack } = useShell();
  const [picture, setPicture] = useState(false);
  const { run, cancel } = useLabRun();
  const consent = useConsent(layout.text.width);
  const id = `${time}${state.step.id}`;
  // Whoever goes on does not wait for what still runs.
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving the section is what cancels
  useEffect(() => cancel, [cancel, id]);
  const gate = gateOf(state);
  const item = gate === undefined ? undefined : state.step.items[gate];
  const answered = state.question !== undefined && isFinished(state.question);
  const hinted = gate !== undefined && !answered && !state.pending && state.hints < offeredHints(state);
  const running = gate !== undefined && state.runs[gate]?.state === 'running';
  const { frame } = useAnimation({ interval: 100, isActive: running });
  // The text speaks of the request that was asked about; others may have come after it.
  const request = (running ? undefined : shownRequest(state)) ?? stack.last;
  const pane = usePicturePane(request);
  const look = {
    width: layout.text.width,
    glyphs,
    ascii,
    render,
    frame,
    inline: layout.mode === 'single',
    places: stack.parts,
  };
  const rows = stepRows(state, look, note);
  const live = useQuestion(item?.kind === 'question' ? state.question : undefined, {
    look,
    onAnswer,
    onCursor: ({ from, to }) => scroll.reveal(composed.before.length + from, composed.before.length + to),
    onHorizontal: by => (by < 0 ? previous?.() : next?.()),
  });
  const composed: Composed = {
    before: [...rows.before, ...(live?.before ?? [])],
    live: live?.live ?? 0,
    after: [...(live?.after ?? []), ...rows.after, ...consent.rows],
  };
  const scroll = useScroll(composedRows(composed), layout.text.height, id);
  const acted = useRef(gate);
  useChange(id, `${momentOf(state)} ${consent.asking}`, () => {
    const from = rows.starts.get(acted.current ?? -1) ?? composed.before.length;
    acted.current = gate;
    if (running) scroll.to(scroll.total);
    else scroll.reveal(from, scroll.total);
  });

  // Nothing is answered, run or left that has not been on screen: until then Enter reads on.
  const liveEnd = composed.before.length + composed.live;
  const turn = `${id} ${state.question?.attempts.length}`;
  const everySeen = useOnce(turn, !picture && scroll.top + scroll.height >= liveEnd);
  const choosing =
    live !== undefined && !picture && everySeen && cursorVisible(live, composed.before.length, scroll);
  const lab = item?.kind === 'lab' && scroll.atEnd ? item.lab : undefined;
  const mode: KeyMode = picture
    ? 'picture'
    : consent.asking
      ? 'consent'
      : choosing
        ? live.mode
        : running
          ? 'running'
          : lab
            ? 'run'
            : scroll.atEnd
              ? 'read'
              : 'more';
  // A pair that is made moves what stands below it.
  useChange(id, live?.moment ?? '', () => {
    if (live) scroll.reveal(composed.before.length + live.cursor.from, composed.before.length + live.live);
  });
  const enter = () => {
    if (!scroll.atEnd) scroll.handlers.pageDown?.();
    else if (live) scroll.reveal(composed.before.length + live.cursor.from, scroll.total);
    else if (lab && gate !== undefined) consent.before(() => run(lab, event => onRun(gate, event)));
    else if (gate === undefined) onDone();
  };
  // Where nothing is chosen yet, or nothing is known yet, there may be nothing that it could do.
  const idle = scroll.atEnd && (mode === 'pick' || state.pending);
  return (
    <Frame
      mode={mode}
      title={title}
      detail={detail}
      scroll={picture ? pane.scroll : scroll}
      handlers={{
        ...(picture ? { ...pane.scroll.handlers, back: () => setPicture(false) } : scroll.handlers),
        enter: idle ? undefined : enter,
        mark: live?.mark,
        cancel: consent.asking ? consent.no : cancel,
        ...(consent.asking ? { agree: consent.yes } : {}),
        previous,
        next,
        first,
        pane: () => setPicture(!picture),
        ...(hinted ? { hint: onHint } : {}),
      }}
    >
      <Box gap={layout.gap}>
        {picture && pane.element}
        <Box display={picture ? 'none' : 'flex'}>
          <Body of={composed} rect={layout.text} top={scroll.top}>
            {live?.element(choosing)}
          </Body>
        </Box>
        {!picture && layout.mode !== 'single' && <StackPanes request={request} />}
      </Box>
    </Frame>
  );
};

/** Changes whenever something new can be read. */
const momentOf = (state: StepState): string => {
  const { question, hints } = state;
  const runs = Object.values(state.runs).map(({ state: of, results }) => `${of} ${results.length}`);
  return [gateOf(state), question?.attempts.length, question?.message, hints, ...runs].join(',');
};
