import { Box, useAnimation } from 'ink';
import { useState } from 'react';
import { complete } from '../../lab/complete.ts';
import { Body, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { usePicturePane } from '../components/picture-pane.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { TextField, useField } from '../components/text-field.tsx';
import { commonStart, historyOf, recall, remember } from '../history.ts';
import { useLabPrompt } from '../hooks/use-lab-prompt.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import { transcript } from '../section/transcript.ts';
import { useShell } from '../shell.ts';

const fieldHeight = 2;

/** A prompt for the lab language; above it what came of the commands, beside it the stack. */
export const Lab = () => {
  const { layout, glyphs, ascii, stack, typed } = useShell();
  const { width } = layout.text;
  const height = layout.text.height - fieldHeight;
  const lab = useLabPrompt();
  const [field, setField] = useField();
  const [history, setHistory] = useState(() => historyOf(typed.current));
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
  useChange('', `${lab.entries.length} ${running} ${lab.progress !== undefined}`, () =>
    scroll.reveal(lastEntry, rows.length),
  );

  const submit = (input: string) => {
    if (input.trim() === '') return;
    const remembered = remember(historyOf(typed.current), input);
    typed.current = remembered.lines;
    setHistory(remembered);
    lab.enter(input);
  };
  const tab = (input: string): string | undefined => {
    if (input === '') {
      setPicture(true);
      return undefined;
    }
    const candidates = complete(input, stack.topology);
    const value = candidates.length === 1 ? `${candidates[0]} ` : commonStart(candidates);
    if (value.length > input.length) return value;
    if (candidates.length > 1) lab.say(input, [candidates.map(lastWord).join('  ')]);
    return undefined;
  };
  return (
    <Frame
      mode={picture ? 'picture' : running ? 'running' : field.value === '' ? 'prompt' : 'command'}
      title="Lab"
      detail="try things on the stack"
      scroll={picture ? pane.scroll : scroll}
      handlers={{
        ...(picture
          ? { ...pane.scroll.handlers, back: () => setPicture(false), pane: () => setPicture(false) }
          : scroll.handlers),
        cancel: lab.cancel,
        shell: () => {
          setPicture(false);
          if (!running) lab.enter('s');
        },
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
              entersLines
              onTab={tab}
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
