import { Box, Text, useInput, usePaste } from 'ink';
import { useLayoutEffect, useRef, useState } from 'react';
import { cells } from '../../plain/line.ts';
import { useShell } from '../shell.ts';
import { editField, emptyField, type Field, type FieldAction } from '../text-field.ts';

// Own code: ink-text-input knows no history, takes pasted lines apart, and draws a long line over the border.
type Props = {
  prompt: string;
  width: number;
  isActive?: boolean;
  field: Field;
  onChange: (field: Field) => void;
  onSubmit: (value: string) => void;
  /** Each line of what is pasted is entered, and the last one too if it ends; otherwise they become one line. */
  entersLines?: boolean;
  /** What becomes of the text; nothing where it stays. */
  onTab?: (text: string) => string | undefined;
  /** Arrow up and down; for a history. */
  onVertical?: (by: -1 | 1) => void;
  /** Takes a key before anything has been typed, or leaves it. */
  takes?: (input: string) => boolean;
  /** Arrow left and right while nothing has been typed. */
  onHorizontal?: (by: -1 | 1) => void;
};

export const TextField = ({
  prompt,
  width,
  isActive = true,
  field,
  onChange,
  onSubmit,
  entersLines = false,
  onTab,
  onVertical,
  takes,
  onHorizontal,
}: Props) => {
  const { blocked, theme } = useShell();
  const active = isActive && !blocked;
  // A slow line delivers several keys before anything is drawn.
  const latest = useRef(field);
  useLayoutEffect(() => {
    latest.current = field;
  }, [field]);
  const edit = (action: FieldAction) => {
    latest.current = editField(latest.current, action);
    onChange(latest.current);
  };
  const submit = () => {
    const { value } = latest.current;
    // Whoever takes lines one after another empties the field for the next.
    if (entersLines) edit({ type: 'set', value: '' });
    onSubmit(value);
  };
  const tab = () => {
    const value = onTab?.(latest.current.value);
    if (value !== undefined) edit({ type: 'set', value });
  };
  const paste = (text: string) => {
    const [first = '', ...more] = entersLines ? text.split(/\r\n|\r|\n/) : [text];
    edit({ type: 'insert', text: first });
    for (const line of more) {
      submit();
      edit({ type: 'insert', text: line });
    }
  };
  // Listens also while it takes nothing: where it began to listen only behind the frame that says so, keys that come
  // at once would be lost.
  usePaste(text => active && paste(text));
  useInput((input, key) => {
    if (!active) return;
    if (key.return) return submit();
    if (key.tab) return tab();
    if (key.upArrow) return onVertical?.(-1);
    if (key.downArrow) return onVertical?.(1);
    if (latest.current.value === '' && onHorizontal && (key.leftArrow || key.rightArrow)) {
      return onHorizontal(key.leftArrow ? -1 : 1);
    }
    if (key.leftArrow) return edit({ type: 'left' });
    if (key.rightArrow) return edit({ type: 'right' });
    if (key.home || (key.ctrl && input === 'a')) return edit({ type: 'home' });
    if (key.end || (key.ctrl && input === 'e')) return edit({ type: 'end' });
    if (key.ctrl && input === 'u') return edit({ type: 'kill' });
    if (key.backspace) return edit({ type: 'backspace' });
    if (key.delete) return edit({ type: 'delete' });
    if (!input || key.ctrl || key.meta || key.escape) return;
    if (latest.current.value === '' && takes?.(input)) return;
    // A slow line, or a program that types, delivers several keys at once, Enter and Tab among them.
    for (const piece of input.match(/[\r\t]|[^\r\t]+/g) ?? []) {
      if (piece === '\r') submit();
      else if (piece === '\t') tab();
      else edit({ type: 'insert', text: piece });
    }
  });
  const room = Math.max(2, width - cells(prompt) - 1);
  const [before, at, behind] = fieldWindow(field, room);
  return (
    <Box width={width} height={1} overflow="hidden" flexShrink={0}>
      <Text wrap="truncate-end">
        <Text {...theme.accent}>{prompt} </Text>
        {before}
        <Text inverse={active}>{at}</Text>
        {behind}
      </Text>
    </Box>
  );
};

export const useField = () => useState<Field>(emptyField);

const segmenter = new Intl.Segmenter();

/** The part of the line around the cursor that fits in `width` cells: before, under and behind the cursor. */
export const fieldWindow = ({ value, cursor }: Field, width: number): [string, string, string] => {
  const behindAll = [...segmenter.segment(value.slice(cursor))].map(({ segment }) => segment);
  const at = behindAll[0] ?? ' ';
  let room = width - cells(at);
  let before = '';
  for (const { segment } of [...segmenter.segment(value.slice(0, cursor))].reverse()) {
    room -= cells(segment);
    if (room < 0) break;
    before = segment + before;
  }
  let behind = '';
  for (const segment of behindAll.slice(1)) {
    room -= cells(segment);
    if (room < 0) break;
    behind += segment;
  }
  return [before, at, behind];
};
