import { Box } from 'ink';
import { evidence } from '../../plain/evidence.ts';
import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import { type PictureOptions, stackPicture } from '../../plain/stack-picture.ts';
import { waterfall } from '../../plain/waterfall.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import { type Shell, useShell } from '../shell.ts';
import { Pane } from './pane.tsx';
import { Picture } from './picture.tsx';
import { Rows } from './rows.tsx';

/** A request as bars, and below them what each part said about it. */
export const traceLines = (
  trace: Trace | undefined,
  { stack, ascii, glyphs }: Shell,
  width: number,
): Line[] => {
  if (stack.state === 'failed') {
    const text = `${glyphs.cross} The stack did not come up: ${stack.error ?? 'no reason was given'}`;
    return wrap(text, width).map(part => line(span(part, 'bad')));
  }
  if (!trace) return [line(span('No request yet.', 'dim'))];
  const places = stack.parts;
  return [...waterfall(trace, { width, ascii, places }), blank, ...evidence(trace, width, places)];
};

/** Lines that the picture takes. */
export const pictureHeight = ({ topology, parts }: Shell['stack'], options: PictureOptions): number =>
  stackPicture(topology, parts, options).length;

/** What stands beside the text: picture and trace under each other, or in two panes where there is room. */
export const StackPanes = ({ request }: { request: Trace | undefined }) => {
  const shell = useShell();
  const { mode, side, trace, gap } = shell.layout;
  const picture = Math.min(side.height, pictureHeight(shell.stack, side));
  if (mode === 'triple') {
    return (
      <Box gap={gap} flexShrink={0}>
        <Pane rect={side}>
          <Picture request={request} width={side.width} height={side.height} />
        </Pane>
        <Pane rect={trace}>
          <Rows rows={traceLines(request, shell, trace.width).slice(0, trace.height)} width={trace.width} />
        </Pane>
      </Box>
    );
  }
  const rest = side.height - picture - 1;
  return (
    <Pane rect={side}>
      <Picture request={request} width={side.width} height={side.height} />
      {rest > 0 && (
        <Rows rows={[blank, ...traceLines(request, shell, side.width).slice(0, rest)]} width={side.width} />
      )}
    </Pane>
  );
};
