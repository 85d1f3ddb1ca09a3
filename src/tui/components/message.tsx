import { line, wrap } from '../../plain/line.ts';
import { useShell } from '../shell.ts';
import { Frame } from './frame.tsx';
import { Rows } from './rows.tsx';

/** A screen that has nothing to show, and says why; without a text it is only waiting. */
export const Message = ({ title, text }: { title: string; text: string }) => {
  const { width } = useShell().layout.text;
  return (
    <Frame mode="page" title={title}>
      <Rows rows={wrap(text, width).map(part => line(part))} width={width} />
    </Frame>
  );
};
