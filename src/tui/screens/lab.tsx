import { Box } from 'ink';
import { useLayoutEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from 'react';
import { complete } from '../../lab/complete.ts';
import type { Stack } from '../../stack/stack.ts';
import { Body, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Rows } from '../components/rows.tsx';
import { TextField, useField } from '../components/text-field.tsx';
import { commonStart, historyOf, recall, remember } from '../history.ts';
import { type PromptTask, useLabPrompt } from '../hooks/use-lab-prompt.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import type { KeyMode } from '../keymap.ts';
import type { Row } from '../scroll.ts';
import { lastLine, transcript } from '../section/transcript.ts';
import { useShell } from '../shell.ts';
import { labLayout } from './lab/layout.ts';
import { Running } from './lab/running.tsx';
import { StackArea } from './lab/stack-area.tsx';
import { stackKeys } from './lab/stack-keys.ts';
import { labReducer, startLab } from './lab/state.ts';
import { Strips, stripsHeight } from './lab/strips.tsx';

const fieldHeight = 2;

/** What somebody has to do at the prompt. */
export interface LabTask extends PromptTask {
  title: string;
  detail: string;
  /** Always on screen; `height`: of the column that they share with what was said. */
  rows(size: { width: number; height: number }): readonly Row[];
  greeting(width: number): readonly Row[];
  back(): void;
}

/** A prompt for the lab language; above it what came of the commands, beside it the stack. */
export const Lab = ({ task }: { task?: LabTask }) => {
  const { layout, glyphs, ascii, stack, typed, interrupt, navigate } = useShell();
  const of = labLayout(layout);
  const { width } = of.prompt;
  const { meters } = stack;
  const measured = useSyncExternalStore(meters.subscribe, () => meters.get() !== undefined);
  const strips = of.single ? stripsHeight(stack.parts, measured) : 0;
  const above = task?.rows({ width, height: of.prompt.height - fieldHeight - strips }) ?? [];
  const height = of.prompt.height - fieldHeight - strips - above.length;
  const lab = useLabPrompt(task);
  const [view, dispatch] = useReducer(labReducer, startLab);
  const [field, setField] = useField();
  const [history, setHistory] = useState(() => historyOf(typed.current));
  const running = lab.running !== undefined;
  const { entries } = lab;
  const { parts } = stack;
  const inline = of.single;

  const greet = task?.greeting;
  const greeting = useMemo(() => greet?.(width), [greet, width]);
  const { rows, lastEntry } = useMemo(
    () => transcript({ entries, greeting }, { width, glyphs, ascii, inline, places: parts }),
    [entries, greeting, width, glyphs, ascii, inline, parts],
  );
  const composed = useMemo(() => ({ before: rows, live: 0, after: [] }), [rows]);
  const scroll = useScroll(composedRows(composed), height);
  useChange('', String(lab.told), () => scroll.reveal(lastEntry, rows.length));

  const detail = useDetailScroll(`${view.detail} ${view.selected}`);
  const atPrompt = view.focus === 'prompt';
  const act = (command: string) => lab.act(command);
  const keysOfStack = stackKeys({
    view,
    dispatch,
    stack,
    act,
    scroll: { ...detail, page: Math.max(1, of.stack.height - 3) },
  });

  const echo = useMemo(
    () => lastLine({ running: lab.running, entry: entries.at(-1) }, width, glyphs),
    [lab.running, entries, width, glyphs],
  );

  const { cancel } = lab;
  useLayoutEffect(() => {
    if (!running) return;
    interrupt.current = cancel;
    return () => {
      interrupt.current = undefined;
    };
  }, [running, cancel, interrupt]);

  const submit = (input: string) => {
    if (input.trim() === '') return;
    const remembered = remember(historyOf(typed.current), input);
    typed.current = remembered.lines;
    setHistory(remembered);
    lab.enter(input);
  };
  const help = (input: string): boolean => {
    if (input === '?') navigate({ type: 'help', open: true });
    return input === '?';
  };
  const toStack = () => dispatch({ type: 'focus', focus: 'stack' });
  const tab = (input: string): string | undefined => {
    if (input === '') {
      toStack();
      return undefined;
    }
    const words = Object.keys(task?.words ?? {}).filter(word => word.startsWith(input));
    const candidates = [...words, ...complete(input, stack.topology, filesOf(stack.stack))];
    const value = candidates.length === 1 ? `${candidates[0]} ` : commonStart(candidates);
    if (value.length > input.length) return value;
    if (candidates.length > 1) lab.say(input, [candidates.map(lastWord).join('  ')]);
    return undefined;
  };
  const empty: KeyMode = task ? 'task' : 'prompt';
  const promptMode: KeyMode = running ? 'busy' : field.value === '' ? empty : 'command';
  const mode: KeyMode = view.focus === 'prompt' ? promptMode : view.focus;
  const { pageUp, pageDown, ...others } = scroll.handlers;
  const scrolls = scroll.total > scroll.height ? { pageUp, pageDown } : {};
  const keys = atPrompt
    ? {
        ...scrolls,
        ...(running ? { ...others, cancel, pane: toStack } : task ? { back: task.back } : {}),
      }
    : keysOfStack;
  return (
    <Frame
      mode={mode}
      title={task?.title ?? 'Lab'}
      detail={task?.detail ?? 'try things on the stack'}
      {...(atPrompt ? { scroll } : {})}
      handlers={{
        ...keys,
        shell: () => {
          dispatch({ type: 'focus', focus: 'prompt' });
          if (!running) lab.enter('s');
        },
      }}
    >
      <Box gap={of.gap}>
        <Box display={of.single && !atPrompt ? 'none' : 'flex'} flexDirection="column" flexShrink={0}>
          {above.length > 0 && <Rows rows={above} width={width} />}
          <Body of={composed} rect={{ width, height }} top={scroll.top} />
          {strips > 0 && <Strips width={width} />}
          <Box flexDirection="column" height={fieldHeight} width={width} justifyContent="flex-end">
            {lab.running !== undefined && (
              <Running command={lab.running} progress={lab.progress} width={width} />
            )}
            <Box display={running ? 'none' : 'flex'}>
              <TextField
                prompt={glyphs.pointer}
                width={width}
                isActive={atPrompt && !running}
                field={field}
                onChange={setField}
                onSubmit={submit}
                entersLines
                takes={help}
                onTab={tab}
                onVertical={by => {
                  const { history: next, value } = recall(history, by, field.value);
                  setHistory(next);
                  setField({ value, cursor: value.length });
                }}
              />
            </Box>
          </Box>
        </Box>
        {(!of.single || !atPrompt) && (
          <StackArea
            view={view}
            rect={of.stack}
            charts={of.charts}
            scroll={detail.scroll}
            echo={of.single ? echo : undefined}
          />
        )}
      </Box>
    </Frame>
  );
};

/** Scrolling of trace or logs; other ones begin anew. */
const useDetailScroll = (key: string) => {
  const [kept, setKept] = useState({ key, by: 0 });
  const limit = useRef(0);
  const room = useRef(true);
  const by = kept.key === key ? kept.by : 0;
  const to = (next: number) => setKept({ key, by: Math.max(0, Math.min(limit.current, next)) });
  return {
    scroll: { by, limit, room },
    by: (lines: number) => to(Math.min(by, limit.current) + lines),
    toEnd: (end: boolean) => to(end ? limit.current : 0),
    room: () => room.current,
  };
};

const filesOf = (stack: Stack | undefined): string[] => stack?.files().map(({ name }) => name) ?? [];

const lastWord = (candidate: string): string => candidate.split(' ').at(-1) ?? candidate;
