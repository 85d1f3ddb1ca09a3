import type { Answer } from '../../quiz/answer.ts';
import type { Presented } from '../../quiz/presented.ts';
import { emptyField, type Field } from '../text-field.ts';

/** An answer that is not given yet. */
export interface Draft {
  /** Of a multiple choice: the options marked so far. */
  marked: readonly string[];
  /** Of an order: all options as they stand now. */
  order: readonly string[];
  /** The place in the order whose option moves with the cursor. */
  taken?: number;
  /** Of a match: right sides by left side. */
  pairs: Readonly<Record<string, string>>;
  field: Field;
}

export type DraftAction =
  | { type: 'mark'; option: string }
  /** Takes the option at a place, or puts down the taken one. */
  | { type: 'take'; place: number }
  /** The cursor is at a place; a taken option comes along. */
  | { type: 'highlight'; place: number }
  /** Gives a left side its right one, or takes the pair apart that has this right side already. */
  | { type: 'pair'; left: string | undefined; right: string }
  | { type: 'field'; field: Field };

export const newDraft = (of: Presented): Draft => ({
  marked: [],
  order: of.kind === 'order' ? of.options.map(({ id }) => id) : [],
  pairs: {},
  field: emptyField,
});

const moved = (order: readonly string[], from: number, to: number): string[] => {
  const rest = order.toSpliced(from, 1);
  const option = order[from];
  return option === undefined ? [...order] : rest.toSpliced(to, 0, option);
};

export const editDraft = (draft: Draft, action: DraftAction): Draft => {
  const { taken, ...put } = draft;
  switch (action.type) {
    case 'mark': {
      const { marked } = draft;
      const without = marked.filter(option => option !== action.option);
      return { ...draft, marked: without.length < marked.length ? without : [...marked, action.option] };
    }
    case 'take':
      return taken === undefined && action.place < draft.order.length
        ? { ...draft, taken: action.place }
        : put;
    case 'highlight': {
      if (taken === undefined) return draft;
      // Behind the last option comes the line that answers: nothing is put there.
      const to = Math.min(action.place, draft.order.length - 1);
      return { ...draft, order: moved(draft.order, taken, to), taken: to };
    }
    case 'pair': {
      const { left, right } = action;
      const others = Object.entries(draft.pairs).filter(([, used]) => used !== right);
      const made = others.length === Object.keys(draft.pairs).length && left !== undefined;
      return { ...draft, pairs: Object.fromEntries(made ? [...others, [left, right]] : others) };
    }
    case 'field':
      return { ...draft, field: action.field };
  }
};

/** The first left side without a right one. */
export const openLeft = (of: Presented, { pairs }: Draft): string | undefined =>
  of.kind === 'match' ? of.left.find(({ id }) => !Object.hasOwn(pairs, id))?.id : undefined;

/** The draft as an answer; what is chosen or typed is answered with Enter, without a draft. */
export const answerOf = (of: Presented, draft: Draft): Answer | undefined => {
  switch (of.kind) {
    case 'multiple':
      return { kind: 'multiple', options: [...draft.marked] };
    case 'order':
      return { kind: 'order', options: [...draft.order] };
    case 'match':
      return { kind: 'match', pairs: { ...draft.pairs } };
    default:
      return undefined;
  }
};
