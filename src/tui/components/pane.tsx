import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Rect } from '../layout.ts';

/** A rectangle that nothing leaves. */
export const Pane = ({ rect, children }: { rect: Rect; children: ReactNode }) => (
  <Box flexDirection="column" width={rect.width} height={rect.height} flexShrink={0} overflow="hidden">
    {children}
  </Box>
);
