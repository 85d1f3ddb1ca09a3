import { Box } from 'ink';
import { useState } from 'react';
import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import { counted, hanging } from '../../plain/text.ts';
import { Frame } from '../components/frame.tsx';
import { labelWidth, Menu, oneLine } from '../components/menu.tsx';
import { Pane } from '../components/pane.tsx';
import { Rows } from '../components/rows.tsx';
import { TextField, useField } from '../components/text-field.tsx';
import { useShell } from '../shell.ts';
import { emptyField, type Field } from '../text-field.ts';

export interface ListEntry {
  id: string;
  title: string;
  /** In front of the title: what has been done of it. */
  sign: string;
  /** Behind it. */
  note: string;
  done: boolean;
  minutes?: number;
  objectives?: readonly string[];
}

type Props = {
  title: string;
  entries: readonly ListEntry[];
  /** Shown in the place of an empty list. */
  empty: string;
  onOpen: (id: string) => void;
};

const matches = ({ title, id }: ListEntry, sought: string): boolean =>
  `${title} ${id}`.toLowerCase().includes(sought.trim().toLowerCase());

/** Entries that are always listed: what is said about one of them comes after that. */
const fewest = 8;

/** Lessons or quizzes, a search in their titles, and what the chosen one is for. */
export const List = ({ title, entries, empty, onOpen }: Props) => {
  const { layout, glyphs } = useShell();
  const [searching, setSearching] = useState(false);
  const [field, setField] = useField();
  const [at, setAt] = useState<string>();
  const { width, height } = layout.text;
  const found = entries.filter(entry => matches(entry, field.value));
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
  const label = labelWidth(width);
  const items = found.map(({ id, title: name, sign, note }) => {
    const shown = oneLine(name, Math.max(8, label - sign.length - note.length - 4), glyphs);
    return { key: id, value: id, label: oneLine(`${sign} ${shown}  ${note}`, label, glyphs) };
  });
  // What comes next; the first again when all is done.
  const first = Math.max(
    0,
    found.findIndex(({ done }) => !done),
  );
  const about = found.find(({ id }) => id === at) ?? found[first];
  const beside = layout.mode !== 'single';
  const room = height - (search ? 2 : 0);
  // As much for every entry, so that the list stays as long as it is.
  const below = Math.max(0, ...entries.map(entry => aboutRows(entry, width).length + 1));
  const fits = !beside && room - below >= Math.min(fewest, found.length);
  const nothing = entries.length === 0 ? empty : 'Nothing has that in its title.';
  return (
    <Frame
      mode={searching ? 'search' : items.length > 0 ? 'list' : 'page'}
      title={title}
      handlers={{
        ...(entries.length > 0 ? { search: () => setSearching(true) } : {}),
        enter: () => setSearching(false),
        cancel: stop,
        ...(search ? { back: stop } : {}),
      }}
    >
      <Box gap={layout.gap}>
        <Pane rect={{ width, height }}>
          {search && (
            <>
              <TextField
                prompt="/"
                width={width}
                isActive={searching}
                field={field}
                onChange={seek}
                onSubmit={() => {}}
              />
              <Rows rows={[blank]} width={width} />
            </>
          )}
          {items.length === 0 ? (
            <Rows rows={wrap(nothing, width).map(text => line(span(text, 'dim')))} width={width} />
          ) : (
            <Menu
              // Begins anew with what is found.
              key={field.value}
              items={items}
              width={width}
              isFocused={!searching}
              initialIndex={first}
              limit={Math.max(1, fits ? room - below : room)}
              onSelect={onOpen}
              onHighlight={setAt}
            />
          )}
          {fits && about && <Rows rows={[blank, ...aboutRows(about, width)]} width={width} />}
        </Pane>
        {beside && about && (
          <Pane rect={layout.side}>
            <Rows rows={aboutRows(about, layout.side.width)} width={layout.side.width} />
          </Pane>
        )}
      </Box>
    </Frame>
  );
};

/** How long it takes, and what for. */
const aboutRows = ({ minutes, objectives = [] }: ListEntry, width: number): Line[] =>
  minutes === undefined
    ? []
    : [
        line(
          span(
            `About ${counted(minutes, 'minute')}${objectives.length > 0 ? '. Afterwards you can:' : '.'}`,
            'strong',
          ),
        ),
        ...objectives.flatMap(text => hanging('- ', text, width).map(part => line(span(part, 'dim')))),
      ];
