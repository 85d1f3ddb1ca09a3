import { Box, Text } from 'ink';
import SelectInput, { type IndicatorProps, type ItemProps } from 'ink-select-input';
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
  initialIndex?: number;
  limit?: number;
  onSelect: (value: Value) => void;
  onHighlight?: (value: Value) => void;
};

/** Every menu and every list of answers. */
export const Menu = <Value,>({
  items,
  width,
  isFocused = true,
  initialIndex = 0,
  limit,
  onSelect,
  onHighlight,
}: Props<Value>) => {
  const { blocked } = useShell();
  return (
    <Box width={width} flexShrink={0}>
      <SelectInput
        items={[...items]}
        isFocused={isFocused && !blocked}
        initialIndex={initialIndex}
        {...(limit === undefined ? {} : { limit })}
        indicatorComponent={Indicator}
        itemComponent={Item}
        onSelect={({ value }) => onSelect(value)}
        {...(onHighlight ? { onHighlight: ({ value }: MenuItem<Value>) => onHighlight(value) } : {})}
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
