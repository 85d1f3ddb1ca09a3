import { type ReactNode, useMemo, useReducer, useState } from 'react';
import type { Answer } from '../../quiz/answer.ts';
import { presented } from '../../quiz/presented.ts';
import { type QuestionState, struckOptions } from '../../quiz/question-state.ts';
import { Menu, menuHeight } from '../components/menu.tsx';
import { TextField } from '../components/text-field.tsx';
import type { Scroll } from '../hooks/use-scroll.ts';
import type { KeyMode } from '../keymap.ts';
import type { Row } from '../scroll.ts';
import { type Choice, choicesOf, type Look } from './choices.ts';
import { answerOf, type Draft, type DraftAction, editDraft, newDraft, openLeft } from './draft.ts';
import { feedbackRows, promptRows } from './texts.ts';

export interface LiveQuestion {
  mode: KeyMode;
  before: Row[];
  /** Changes when what stands above the cursor does. */
  moment: string;
  /** Lines of the menu or field. */
  live: number;
  after: Row[];
  /** Marks or takes what the cursor is on. */
  mark?: () => void;
  /** First and behind-the-last line of the live element that the cursor is on; of all of it while there is none. */
  cursor: { from: number; to: number };
  element: (isFocused: boolean) => ReactNode;
}

const modes = {
  choice: 'choose',
  prediction: 'choose',
  match: 'match',
  multiple: 'multiple',
  order: 'order',
  numeric: 'type',
  text: 'type',
} as const satisfies Record<Exclude<QuestionState['question']['kind'], 'challenge'>, KeyMode>;

type Options = {
  look: Look;
  onAnswer: (answer: Answer) => void;
  /** The cursor has moved to these lines of the live element. */
  onCursor: (lines: LiveQuestion['cursor']) => void;
  /** Arrow left and right in an empty text field. */
  onHorizontal?: (by: -1 | 1) => void;
};

/** An open question: its text, its menu or field, and the answer that is being made. Nothing without a question. */
export const useQuestion = (
  state: QuestionState | undefined,
  { look, onAnswer, onCursor, onHorizontal }: Options,
): LiveQuestion | undefined => {
  const of = useMemo(() => state && presented(state.question, state.key), [state]);
  const [drafts, edit] = useReducer(
    (
      all: Readonly<Record<string, Draft>>,
      { id, from, action }: { id: string; from: Draft; action: DraftAction },
    ) => ({
      ...all,
      [id]: editDraft(all[id] ?? from, action),
    }),
    {},
  );
  const turn = `${state?.id} ${state?.attempts.length}`;
  const [cursor, setCursor] = useState<{ turn: string; place: number }>();
  // A challenge has a screen of its own.
  if (!state || !of || of.kind === 'challenge') return undefined;

  // What was typed and is wrong is gone with its try; an order or a match is mended.
  const draftId = of.kind === 'numeric' || of.kind === 'text' ? turn : state.id;
  const draft = drafts[draftId] ?? newDraft(of);
  const change = (action: DraftAction) => edit({ id: draftId, from: draft, action });
  const answer = answerOf(of, draft);
  const give = () => answer && onAnswer(answer);
  const choose = (choice: Choice) => {
    switch (choice.kind) {
      case 'option':
        if (of.kind === 'multiple') return change({ type: 'mark', option: choice.id });
        return onAnswer({ kind: of.kind === 'prediction' ? 'prediction' : 'choice', option: choice.id });
      case 'struck':
        return;
      case 'place':
        if (choice.place === place) return change({ type: 'take', place: choice.place });
        // By its number: there is put what is taken, wherever the cursor is.
        if (draft.taken === undefined) return;
        change({ type: 'highlight', place: choice.place });
        return change({ type: 'take', place: choice.place });
      case 'right':
        return change({ type: 'pair', left: openLeft(of, draft), right: choice.id });
      case 'answer':
        return give();
    }
  };
  const common = {
    before: promptRows(of, draft, look),
    after: feedbackRows(state, look),
  };

  if (of.kind === 'numeric' || of.kind === 'text') {
    const unit = of.kind === 'numeric' && of.unit ? `in ${of.unit} ` : '';
    const element = (isFocused: boolean) => (
      <TextField
        isActive={isFocused}
        prompt={`${unit}${look.glyphs.pointer}`}
        width={look.width}
        field={draft.field}
        onChange={field => change({ type: 'field', field })}
        onSubmit={text =>
          onAnswer(of.kind === 'numeric' ? { kind: 'numeric', text } : { kind: 'text', text })
        }
        {...(onHorizontal ? { onHorizontal } : {})}
      />
    );
    return { ...common, mode: 'type', moment: '', live: 1, cursor: { from: 0, to: 1 }, element };
  }

  const items = choicesOf(of, draft, struckOptions(state), look);
  const paired = of.kind === 'match' && openLeft(of, draft) === undefined;
  const menu = `${turn}${paired ? ' paired' : ''}`;
  // Where Enter answers with what it is on, nothing is chosen before the learner does it.
  const first = modes[of.kind] === 'choose' ? undefined : paired ? items.length - 1 : 0;
  const place = cursor?.turn === menu ? Math.min(cursor.place, items.length - 1) : first;
  const live = menuHeight(items);
  const linesOf = (place: number) => {
    const from = menuHeight(items.slice(0, place));
    return { from, to: from + menuHeight(items.slice(place, place + 1)) };
  };
  const element = (isFocused: boolean) => (
    <Menu
      isFocused={isFocused}
      key={menu}
      items={items}
      width={look.width}
      initialIndex={first}
      onSelect={choose}
      onHighlight={choice => {
        const place = items.findIndex(({ value }) => value === choice);
        setCursor({ turn: menu, place });
        onCursor(linesOf(place));
        if (of.kind === 'order') change({ type: 'highlight', place });
      }}
    />
  );
  const mark = () => {
    const choice = place === undefined ? undefined : items[place]?.value;
    if (choice && choice.kind !== 'answer') choose(choice);
  };
  return {
    ...common,
    mode: place === undefined ? 'pick' : items[place]?.value.kind === 'answer' ? 'choose' : modes[of.kind],
    moment: of.kind === 'match' ? JSON.stringify(draft.pairs) : '',
    live,
    cursor: place === undefined ? { from: 0, to: live } : linesOf(place),
    mark,
    element,
  };
};

/** Whether the line that Enter would act on can be seen; `before` counts the lines above the live element. */
export const cursorVisible = (
  { cursor, mode }: LiveQuestion,
  before: number,
  { top, height }: Scroll,
): boolean => {
  const from = before + cursor.from;
  const begins = from >= top && from < top + height;
  return mode === 'pick' ? before + cursor.to > top && from < top + height : begins;
};
