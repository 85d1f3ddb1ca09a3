import { Box } from 'ink';
import { useState } from 'react';
import { blank, line, span, wrap } from '../../plain/line.ts';
import { Frame } from '../components/frame.tsx';
import { labelWidth, Menu, oneLine } from '../components/menu.tsx';
import { Rows } from '../components/rows.tsx';
import { TextField, useField } from '../components/text-field.tsx';
import { useShell } from '../shell.ts';

export interface ListEntry {
  id: string;
  title: string;
  /** In front of the title: what has been done of it. */
  sign: string;
  /** Behind it. */
  note: string;
  done: boolean;
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

/** Lessons or quizzes, and a search in their titles. */
export const List = ({ title, entries, empty, onOpen }: Props) => {
  const { layout, glyphs } = useShell();
  const [searching, setSearching] = useState(false);
  const [field, setField] = useField();
  const { width, height } = layout.text;
  const found = entries.filter(entry => matches(entry, field.value));
  const search = searching || field.value !== '';
  const stop = () => {
    setSearching(false);
    setField({ value: '', cursor: 0 });
  };
  const room = labelWidth(width);
  const items = found.map(({ id, title: name, sign, note }) => {
    const shown = oneLine(name, Math.max(8, room - sign.length - note.length - 4), glyphs);
    return { key: id, value: id, label: oneLine(`${sign} ${shown}  ${note}`, room, glyphs) };
  });
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
      <Box flexDirection="column" width={width} height={height} overflow="hidden">
        {search && (
          <>
            <TextField
              prompt="/"
              width={width}
              isActive={searching}
              field={field}
              onChange={setField}
              onSubmit={() => {}}
            />
            <Rows rows={[blank]} width={width} />
          </>
        )}
        {items.length === 0 ? (
          <Rows rows={wrap(nothing, width).map(text => line(span(text, 'dim')))} width={width} />
        ) : (
          <Menu
            items={items}
            width={width}
            isFocused={!searching}
            // What comes next; the first again when all is done.
            initialIndex={Math.max(
              0,
              found.findIndex(({ done }) => !done),
            )}
            limit={Math.max(1, height - (search ? 2 : 0))}
            onSelect={onOpen}
          />
        )}
      </Box>
    </Frame>
  );
};
