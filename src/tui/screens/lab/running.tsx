import { Box, useAnimation } from 'ink';
import { cut, line, span } from '../../../plain/line.ts';
import { LineText } from '../../components/rows.tsx';
import { useShell } from '../../shell.ts';

/** Slow enough that what takes minutes writes little. */
const interval = 200;

type Props = { command: string; progress: string | undefined; width: number };

/** What runs, in the place of the prompt, and how it goes. */
export const Running = ({ command, progress, width }: Props) => {
  const { glyphs } = useShell();
  const { frame } = useAnimation({ interval });
  const spinner = glyphs.spinner[frame % glyphs.spinner.length] ?? '';
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <LineText of={line(span(cut(progress ?? '', width, glyphs.ellipsis), 'dim'))} />
      <LineText
        of={line(span(`${spinner} `, 'accent'), span(cut(command, width - 2, glyphs.ellipsis), 'strong'))}
      />
    </Box>
  );
};
