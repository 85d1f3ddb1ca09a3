import { type Glyphs, glyphsFor } from '../../../plain/glyphs.ts';
import { blank, clip, type Line, line, span } from '../../../plain/line.ts';
import { meterStrip } from '../../../plain/meter-lines.ts';
import { toneOf } from '../../../plain/stack-drawing.ts';
import type { PartStatus } from '../../../stack/stack.ts';
import { Rows } from '../../components/rows.tsx';
import { useMeters } from '../../hooks/use-meters.ts';
import { useShell } from '../../shell.ts';

const troubles = (parts: readonly PartStatus[]): PartStatus[] =>
  parts.filter(({ state }) => state !== 'running');

/** Lines that the strips take. */
export const stripsHeight = (parts: readonly PartStatus[], measured: boolean): number => {
  const lines = (troubles(parts).length > 0 ? 1 : 0) + (measured ? 2 : 0);
  return lines === 0 ? 0 : lines + 1;
};

const troubleLine = (parts: readonly PartStatus[], width: number, glyphs: Glyphs): Line =>
  clip(
    line(
      ...troubles(parts).flatMap(({ id, state }) => [
        span(`${glyphs.state[state]} ${id} ${state}`, toneOf[state]),
        span('  '),
      ]),
    ),
    width,
    glyphs.ellipsis,
  );

/** What of the stack must be seen where its picture is not: the parts that do not run, and the meters of a load. */
export const Strips = ({ width }: { width: number }) => {
  const { stack, ascii } = useShell();
  const meters = useMeters();
  const rows = [
    ...(troubles(stack.parts).length > 0 ? [troubleLine(stack.parts, width, glyphsFor(ascii))] : []),
    ...(meters ? meterStrip(meters, { width, ascii }) : []),
  ];
  return rows.length > 0 && <Rows rows={[blank, ...rows]} width={width} />;
};
