import { Box } from 'ink';
import { useState } from 'react';
import type { Course, Term } from '../../course/model.ts';
import { plainText } from '../../course/plain-text.ts';
import { searchGlossary } from '../../course/search-glossary.ts';
import { taughtAt } from '../../course/sections.ts';
import { blank, line, span, wrap } from '../../plain/line.ts';
import { Frame } from '../components/frame.tsx';
import { labelWidth, Menu, oneLine } from '../components/menu.tsx';
import { Message } from '../components/message.tsx';
import { Pane } from '../components/pane.tsx';
import { Rows } from '../components/rows.tsx';
import { TextField, useField } from '../components/text-field.tsx';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import type { Row } from '../scroll.ts';
import { useShell } from '../shell.ts';
import { emptyField, type Field } from '../text-field.ts';

const title = 'Words';
const gap = 2;
const widest = 28;

/** The words of the course at the left, what the chosen one means beside them. */
export const Glossary = () => {
  const { course, markdown: render } = useShell();
  if (course.state === 'failed') return <Message title={title} text={course.error} />;
  if (course.state === 'loading' || !render) return <Message title={title} text="" />;
  const { glossary = [] } = course.course;
  if (glossary.length === 0) return <Message title={title} text="This course has no glossary." />;
  return <Words course={course.course} glossary={glossary} render={render} />;
};

type WordsProps = { course: Course; glossary: readonly Term[]; render: RenderMarkdown };

const Words = ({ course, glossary, render }: WordsProps) => {
  const { layout, glyphs, navigate } = useShell();
  const [searching, setSearching] = useState(false);
  const [field, setField] = useField();
  const [at, setAt] = useState<string>();
  const { height } = layout.body;
  const list = Math.min(widest, Math.floor((layout.body.width - gap) * 0.4));
  const beside = { width: Math.min(80, layout.body.width - list - gap), height };
  const found = searchGlossary(glossary, field.value);
  const shown = found.find(({ id }) => id === at) ?? found[0];
  const search = searching || field.value !== '';
  const seek = (next: Field) => {
    setField(next);
    // The cursor is on the first of what is found.
    setAt(undefined);
  };
  const stop = () => {
    setSearching(false);
    if (field.value !== '') seek(emptyField);
  };
  const open = (id: string) => {
    const [taught] = taughtAt(course, glossary.find(term => term.id === id) ?? {});
    if (!taught) return;
    navigate({
      type: 'open',
      screen: { name: 'lesson', lesson: taught.lesson.id, step: taught.step.id },
    });
  };
  return (
    <Frame
      mode={searching ? 'search' : found.length > 0 ? 'words' : 'page'}
      title={title}
      detail={`${found.length} of ${glossary.length}`}
      handlers={{
        search: () => setSearching(true),
        enter: () => setSearching(false),
        cancel: stop,
        glossary: undefined,
        ...(search ? { back: stop } : {}),
      }}
    >
      <Box gap={gap}>
        <Pane rect={{ width: list, height }}>
          {search && (
            <>
              <TextField
                prompt="/"
                width={list}
                isActive={searching}
                field={field}
                onChange={seek}
                onSubmit={() => {}}
              />
              <Rows rows={[blank]} width={list} />
            </>
          )}
          <Menu
            key={field.value}
            items={found.map(({ id, term }) => ({
              key: id,
              value: id,
              label: oneLine(plainText(term), labelWidth(list), glyphs),
            }))}
            width={list}
            isFocused={!searching}
            limit={Math.max(1, height - (search ? 2 : 0))}
            onSelect={open}
            onHighlight={setAt}
          />
        </Pane>
        <Pane rect={beside}>
          <Rows rows={shown ? termRows(shown, course, beside.width, render) : nothing} width={beside.width} />
        </Pane>
      </Box>
    </Frame>
  );
};

const nothing: Row[] = [line(span('No word has that in it.', 'dim'))];

const termRows = (term: Term, course: Course, width: number, render: RenderMarkdown): Row[] => [
  ...wrap(plainText(term.term), width).map(text => line(span(text, 'strong'))),
  blank,
  ...render(term.markdown, width),
  ...taughtAt(course, term)
    // The one that Enter leads to.
    .slice(0, 1)
    .flatMap(({ lesson, step }): Row[] => [
      blank,
      ...wrap(`Lesson "${plainText(lesson.title)}", step "${plainText(step.title)}"`, width).map(text =>
        line(span(text, 'dim')),
      ),
    ]),
];
