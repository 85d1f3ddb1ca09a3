import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Line } from '../../plain/line.ts';
import type { Row } from '../scroll.ts';
import { useShell } from '../shell.ts';

export const LineText = ({ of }: { of: Line }) => {
  const { theme } = useShell();
  return (
    <Text wrap="truncate-end">
      {of.length === 0
        ? ' '
        : of.map(({ text, tone = 'plain' }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other identity
            <Text key={index} {...theme[tone]}>
              {text}
            </Text>
          ))}
    </Text>
  );
};

/** Finished lines, one under the other. Give it only those that are visible: each one costs layout. */
export const Rows = memo(({ rows, width }: { rows: readonly Row[]; width: number }) => (
  <Box flexDirection="column" width={width} flexShrink={0}>
    {rows.map((row, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on screen
      <Box key={index} height={1} width={width} overflow="hidden">
        {typeof row === 'string' ? (
          <Text wrap="truncate-end">{row === '' ? ' ' : row}</Text>
        ) : (
          <LineText of={row} />
        )}
      </Box>
    ))}
  </Box>
));
