import { Box, Text } from 'ink';
import SelectInput, { type IndicatorProps, type ItemProps } from 'ink-select-input';
import { useState } from 'react';
import type { Glyphs } from '../../plain/glyphs.ts';
import { cells, clean, cut } from '../../plain/line.ts';
import { useShell } from '../shell.ts';

export interface MenuItem<Value> {
  key?: string;
  label: string;
  value: Value;
}

const pointerWidth = 2;

const Indicator = ({ isSelected = false }: IndicatorProps) => {
  const { glyphs, theme } = useShell();
  return (
    <Box width={pointerWidth} flexShrink={0}>
      <Text {...theme.accent}>{isSelected ? glyphs.pointer : ' '}</Text>
    </Box>
  );
};

// The label is already wrapped; a label that Ink wrapped again would change the height.
const Item = ({ isSelected = false, label }: ItemProps) => {
  const { theme } = useShell();
  return (
    <Box flexDirection="column" flexShrink={0}>
      {label.split('\n').map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a label have no other identity
        <Text key={index} {...(isSelected ? theme.accent : {})} bold={isSelected} wrap="truncate-end">
          {text === '' ? ' ' : text}
        </Text>
      ))}
    </Box>
  );
};

type Props<Value> = {
  items: readonly MenuItem<Value>[];
  width: number;
  isFocused?: boolean;
  /** `undefined`: on none of them, until an arrow key is pressed; Enter does nothing before that. */
  initialIndex?: number | undefined;
  limit?: number;
  onSelect: (value: Value) => void;
  onHighlight?: (value: Value) => void;
};

/** For ink-select-input: on no item, and one step before the first. */
const none = -1;

/** Every menu and every list of answers. */
export const Menu = <Value,>({
  items,
  width,
  isFocused = true,
  limit,
  onSelect,
  onHighlight,
  ...given
}: Props<Value>) => {
  const { blocked } = useShell();
  const first = 'initialIndex' in given ? (given.initialIndex ?? none) : 0;
  const [start, setStart] = useState({ index: first, times: 0 });
  const highlight = (item: MenuItem<Value> | undefined) => {
    const last = items.at(-1);
    // Up from none: it has gone one step too far, and begins anew at the last one.
    if (!item) setStart(({ times }) => ({ index: items.length - 1, times: times + 1 }));
    const shown = item ?? last;
    if (shown) onHighlight?.(shown.value);
  };
  return (
    <Box width={width} flexShrink={0}>
      <SelectInput
        key={start.times}
        items={[...items]}
        isFocused={isFocused && !blocked}
        initialIndex={start.index}
        {...(limit === undefined ? {} : { limit })}
        indicatorComponent={Indicator}
        itemComponent={Item}
        onSelect={(item: MenuItem<Value> | undefined) => item && onSelect(item.value)}
        onHighlight={highlight}
      />
    </Box>
  );
};

/** Lines that the items take. */
export const menuHeight = (items: readonly MenuItem<unknown>[]): number =>
  items.reduce((sum, { label }) => sum + label.split('\n').length, 0);

/** Cells for a label in a menu of this width. */
export const labelWidth = (width: number, prefix = ''): number =>
  Math.max(1, width - pointerWidth - cells(prefix));

/** A label that keeps to one line. */
export const oneLine = (text: string, width: number, { ellipsis }: Glyphs): string =>
  cut(clean(text), width, ellipsis);
