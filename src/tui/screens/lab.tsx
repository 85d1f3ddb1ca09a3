import { Box, useAnimation } from 'ink';
import { useState } from 'react';
import { complete } from '../../lab/complete.ts';
import { blank, line, span, wrap } from '../../plain/line.ts';
import { waterfall } from '../../plain/waterfall.ts';
import { Body, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { usePicturePane } from '../components/picture-pane.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { TextField, useField } from '../components/text-field.tsx';
import { commonStart, emptyHistory, recall, remember } from '../history.ts';
import { type Entry, type LabPrompt, useLabPrompt } from '../hooks/use-lab-prompt.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import type { Row } from '../scroll.ts';
import { commandRows, type LabLook, resultRows } from '../section/lab-rows.ts';
import { useShell } from '../shell.ts';

const fieldHeight = 2;

/** A prompt for the lab language; above it what came of the commands, beside it the stack. */
export const Lab = () => {
  const { layout, glyphs, ascii, stack } = useShell();
  const { width } = layout.text;
  const height = layout.text.height - fieldHeight;
  const lab = useLabPrompt();
  const [field, setField] = useField();
  const [history, setHistory] = useState(emptyHistory);
  const [picture, setPicture] = useState(false);
  const running = lab.running !== undefined;
  const { frame } = useAnimation({ interval: 100, isActive: running });
  const pane = usePicturePane(stack.last);

  const { rows, lastEntry } = transcript(lab, {
    width,
    glyphs,
    ascii,
    frame,
    inline: layout.mode === 'single',
    places: stack.parts,
  });
  const composed = { before: rows, live: 0, after: [] };
  const scroll = useScroll(composedRows(composed), height);
  useChange('', `${lab.entries.length} ${running}`, () => scroll.reveal(lastEntry, rows.length));

  const submit = (input: string) => {
    if (running || input.trim() === '') return;
    setHistory(remember(history, input));
    setField({ value: '', cursor: 0 });
    lab.enter(input);
  };
  const tab = () => {
    if (field.value === '') return setPicture(true);
    const candidates = complete(field.value, stack.topology);
    const value = candidates.length === 1 ? `${candidates[0]} ` : commonStart(candidates);
    if (value.length > field.value.length) setField({ value, cursor: value.length });
    else if (candidates.length > 1) lab.say(field.value, [candidates.map(lastWord).join('  ')]);
  };
  return (
    <Frame
      mode={picture ? 'picture' : running ? 'running' : 'prompt'}
      title="Lab"
      detail="try things on the stack"
      scroll={picture ? pane.scroll : scroll}
      handlers={{
        ...(picture
          ? { ...pane.scroll.handlers, back: () => setPicture(false), pane: () => setPicture(false) }
          : scroll.handlers),
        complete: tab,
        cancel: lab.cancel,
      }}
    >
      <Box gap={layout.gap}>
        {picture && pane.element}
        <Box display={picture ? 'none' : 'flex'} flexDirection="column">
          <Body of={composed} rect={{ width, height }} top={scroll.top} />
          <Box flexDirection="column" height={fieldHeight} justifyContent="flex-end">
            <TextField
              prompt={glyphs.pointer}
              width={width}
              isActive={!picture && !running}
              field={field}
              onChange={setField}
              onSubmit={submit}
              onVertical={by => {
                const { history: next, value } = recall(history, by, field.value);
                setHistory(next);
                setField({ value, cursor: value.length });
              }}
            />
          </Box>
        </Box>
        {!picture && layout.mode !== 'single' && <StackPanes request={stack.last} />}
      </Box>
    </Frame>
  );
};

const lastWord = (candidate: string): string => candidate.split(' ').at(-1) ?? candidate;

const welcome = (width: number): Row[] =>
  [
    'Every command runs on the stack of this machine. Nothing here changes what a lesson shows.',
    'Try: request /guestbook    stop app    sql "SELECT * FROM entries"    help',
  ].flatMap((text, index) => wrap(text, width).map(part => line(span(part, index === 0 ? 'plain' : 'dim'))));

const entryRows = (entry: Entry, look: LabLook): Row[] => {
  if (entry.kind === 'result') return resultRows(entry.result, look);
  const { glyphs, width } = look;
  const tone = { plain: 'accent', bad: 'bad', warn: 'warn' } as const;
  const sign = entry.tone === 'bad' ? glyphs.cross : glyphs.dot;
  return [
    ...commandRows(entry.input, span(sign, tone[entry.tone]), 'strong', width),
    ...entry.lines.flatMap(text => wrap(text, width - 4).map(part => line('    ', span(part, entry.tone)))),
  ];
};

/** All that was said, and the row in which the last command begins. */
const transcript = ({ entries, running }: LabPrompt, look: LabLook): { rows: Row[]; lastEntry: number } => {
  const { glyphs, width, ascii, frame } = look;
  const last = entries.at(-1);
  const trace =
    last?.kind === 'result' && last.result.observed.kind === 'request'
      ? last.result.observed.trace
      : undefined;
  const spinner = glyphs.spinner[frame % glyphs.spinner.length] ?? '';
  const earlier = [
    ...welcome(width),
    ...entries.slice(0, running ? undefined : -1).flatMap(entry => [blank, ...entryRows(entry, look)]),
  ];
  const now: Row[] = running
    ? commandRows(running.command.source, span(spinner, 'accent'), 'accent', width)
    : last
      ? entryRows(last, look)
      : [];
  const bars =
    trace && look.inline && !running
      ? [
          blank,
          ...waterfall(trace, { width: width - 4, ascii, places: look.places }).map(row =>
            line('    ', ...row),
          ),
        ]
      : [];
  return { rows: [...earlier, blank, ...now, ...bars], lastEntry: earlier.length };
};
