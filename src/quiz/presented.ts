import type { Question } from '../course/model.ts';
import { drawnValues, withValues } from './given.ts';
import { scrambled, shuffled } from './shuffle.ts';

/** A line that is picked by its number, from 1; the keys 1 to 9 pick the first nine. */
export interface PresentedOption {
  number: number;
  id: string;
  markdown: string;
}

/** A question as this learner sees it. */
export type Presented = { prompt: string } & (
  | { kind: 'choice' | 'multiple' | 'prediction'; options: PresentedOption[] }
  /** Never in the right order. */
  | { kind: 'order'; options: PresentedOption[] }
  /** The left side in the order of the course, the right side shuffled and numbered. */
  | {
      kind: 'match';
      heads: [string, string];
      left: { id: string; markdown: string }[];
      right: PresentedOption[];
    }
  /** The given numbers stand in the prompt only where it says `{n}`. */
  | { kind: 'numeric'; given: { name: string; value: number }[]; unit: string }
  | { kind: 'text' | 'challenge' }
);

/** The same for the same `drawKey`. */
export function presented(question: Question, key: string): Presented {
  const prompt = withValues(question.prompt, question, key);
  switch (question.kind) {
    case 'choice':
    case 'multiple':
    case 'prediction':
      return { kind: question.kind, prompt, options: numbered(shuffled(question.options, key)) };
    case 'order':
      return {
        kind: 'order',
        prompt,
        options: numbered(scrambled(question.options, key, option => option.markdown)),
      };
    case 'match': {
      const right = question.pairs.map(pair => ({ id: pair.id, markdown: pair.right }));
      return {
        kind: 'match',
        prompt,
        heads: question.heads,
        left: question.pairs.map(pair => ({ id: pair.id, markdown: pair.left })),
        right: numbered(scrambled(right, key, side => side.markdown)),
      };
    }
    case 'numeric': {
      const given = Object.entries(drawnValues(question, key)).map(([name, value]) => ({ name, value }));
      return { kind: 'numeric', prompt, given, unit: question.unit };
    }
    case 'text':
    case 'challenge':
      return { kind: question.kind, prompt };
  }
}

function numbered(options: readonly { id: string; markdown: string }[]): PresentedOption[] {
  return options.map(({ id, markdown }, index) => ({ number: index + 1, id, markdown }));
}
