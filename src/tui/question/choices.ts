import type { Glyphs } from '../../plain/glyphs.ts';
import type { Presented } from '../../quiz/presented.ts';
import { labelWidth, type MenuItem } from '../components/menu.tsx';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import type { Draft } from './draft.ts';

/** What a line of the menu stands for. Of an order it is the place, which stays while its option moves. */
export type Choice =
  | { kind: 'option'; id: string }
  | { kind: 'struck' }
  | { kind: 'place'; place: number }
  | { kind: 'right'; id: string }
  | { kind: 'answer' };

export interface Look {
  width: number;
  render: RenderMarkdown;
  glyphs: Glyphs;
}

/** Markdown with something before its first line, the others indented as far. */
export const hanging = (
  prefix: string,
  markdown: string,
  width: number,
  render: RenderMarkdown,
): string[] => {
  const lines = render(markdown, Math.max(1, width - prefix.length));
  return (lines.length > 0 ? lines : ['']).map(
    (text, index) => (index === 0 ? prefix : ' '.repeat(prefix.length)) + text,
  );
};

const item = (
  key: string,
  value: Choice,
  prefix: string,
  markdown: string,
  { width, render }: Look,
): MenuItem<Choice> => ({
  key,
  value,
  label: hanging(prefix, markdown, labelWidth(width), render).join('\n'),
});

const plainItem = (label: string, value: Choice): MenuItem<Choice> => ({ key: value.kind, label, value });

/** The menu that the question shows now; none where something is typed. `struck` options keep their numbers, but cannot be given again. */
export const choicesOf = (
  of: Presented,
  draft: Draft,
  struck: readonly string[],
  look: Look,
): MenuItem<Choice>[] => {
  const { glyphs } = look;
  switch (of.kind) {
    case 'choice':
    case 'prediction':
      return of.options.map(({ id, markdown, number }) =>
        struck.includes(id)
          ? item(id, { kind: 'struck' }, `${number}${glyphs.cross} `, markdown, look)
          : item(id, { kind: 'option', id }, `${number}  `, markdown, look),
      );
    case 'multiple':
      return [
        ...of.options.map(({ id, markdown, number }) => {
          const box = draft.marked.includes(id) ? glyphs.boxed : glyphs.unboxed;
          return item(id, { kind: 'option', id }, `${number} ${box}  `, markdown, look);
        }),
        plainItem('Answer with the marked ones', { kind: 'answer' }),
      ];
    case 'order':
      return [
        ...draft.order.map((id, place) => {
          const markdown = of.options.find(option => option.id === id)?.markdown ?? '';
          const grip = draft.taken === place ? `${glyphs.up}${glyphs.down}` : '  ';
          return item(`${place}`, { kind: 'place', place }, `${place + 1} ${grip} `, markdown, look);
        }),
        plainItem('Answer with this order', { kind: 'answer' }),
      ];
    case 'match': {
      const used = Object.values(draft.pairs);
      return [
        ...of.right.map(({ id, markdown, number }) => {
          const box = used.includes(id) ? glyphs.boxed : glyphs.unboxed;
          return item(id, { kind: 'right', id }, `${number} ${box}  `, markdown, look);
        }),
        plainItem('Answer with these pairs', { kind: 'answer' }),
      ];
    }
    case 'numeric':
    case 'text':
    case 'challenge':
      return [];
  }
};
