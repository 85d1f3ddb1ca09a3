import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Presented } from '../../../src/quiz/presented.ts';
import {
  answerOf,
  type Draft,
  type DraftAction,
  editDraft,
  newDraft,
  openLeft,
} from '../../../src/tui/question/draft.ts';

const options = ['a', 'b', 'c', 'd'].map((id, index) => ({ number: index + 1, id, markdown: id }));
const order: Presented = { kind: 'order', prompt: '', options };
const match: Presented = {
  kind: 'match',
  prompt: '',
  heads: ['part', 'program'],
  left: [
    { id: 'web', markdown: 'web' },
    { id: 'db', markdown: 'db' },
  ],
  right: options.slice(0, 2),
};

const edited = (of: Presented, ...actions: DraftAction[]) => actions.reduce(editDraft, newDraft(of));

it('marks and unmarks', () => {
  const multiple: Presented = { kind: 'multiple', prompt: '', options };
  const draft = edited(multiple, ...['a', 'b', 'a'].map(option => ({ type: 'mark' as const, option })));
  expect(answerOf(multiple, draft)).toEqual({ kind: 'multiple', options: ['b'] });
});

it('moves the taken option with the cursor, also around the end, and puts it down', () => {
  const draft = edited(
    order,
    { type: 'take', place: 0 },
    { type: 'highlight', place: 1 },
    { type: 'highlight', place: 4 },
    { type: 'take', place: 3 },
    { type: 'highlight', place: 0 },
  );
  expect(answerOf(order, draft)).toEqual({ kind: 'order', options: ['b', 'c', 'd', 'a'] });
});

it('never loses or doubles an option', () => {
  const action = fc.oneof(
    fc.record({ type: fc.constant('take' as const), place: fc.nat(5) }),
    fc.record({ type: fc.constant('highlight' as const), place: fc.nat(5) }),
  );
  fc.assert(
    fc.property(fc.array(action), actions => {
      expect([...edited(order, ...actions).order].sort()).toEqual(['a', 'b', 'c', 'd']);
    }),
  );
});

it('asks for the left sides one after the other, and takes a pair apart whose right side is chosen again', () => {
  const pair = (draft: Draft, right: string): Draft =>
    editDraft(draft, { type: 'pair', left: openLeft(match, draft), right });
  const one = pair(newDraft(match), 'b');
  expect(openLeft(match, one)).toBe('db');
  const both = pair(one, 'a');
  expect(openLeft(match, both)).toBeUndefined();
  expect(answerOf(match, both)).toEqual({ kind: 'match', pairs: { web: 'b', db: 'a' } });
  const undone = pair(both, 'b');
  expect(undone.pairs).toEqual({ db: 'a' });
  expect(openLeft(match, undone)).toBe('web');
  expect(pair(undone, 'b').pairs).toEqual(both.pairs);
  // Nothing is left to be paired with it.
  expect(editDraft(both, { type: 'pair', left: undefined, right: 'c' }).pairs).toEqual(both.pairs);
});
