import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldWindow } from '../../src/tui/components/text-field.tsx';
import { commonStart, historyOf, recall, remember } from '../../src/tui/history.ts';
import { editField, emptyField, type Field, type FieldAction } from '../../src/tui/text-field.ts';

const edit = (...actions: FieldAction[]): Field => actions.reduce(editField, emptyField);

describe('a text field', () => {
  it('inserts and removes at the cursor', () => {
    const field = edit(
      { type: 'insert', text: 'requst' },
      { type: 'left' },
      { type: 'left' },
      { type: 'insert', text: 'e' },
    );
    expect(field).toEqual({ value: 'request', cursor: 5 });
    expect(editField(field, { type: 'backspace' }).value).toBe('requst');
    expect(editField(field, { type: 'kill' })).toEqual({ value: 'st', cursor: 0 });
  });

  it('takes what people see as one character for one', () => {
    const family = '👩‍👩‍👧';
    const field = edit({ type: 'insert', text: `a${family}` }, { type: 'backspace' });
    expect(field).toEqual({ value: 'a', cursor: 1 });
  });

  it('keeps to one line, and takes no control characters', () => {
    expect(edit({ type: 'insert', text: 'a\r\nb\u001b[31m' }).value).toBe('a b[31m');
  });

  it('never shows more than fits, and always the cursor', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ -~]{0,80}$/),
        fc.nat(),
        fc.integer({ min: 2, max: 40 }),
        (value, at, width) => {
          const cursor = at % (value.length + 1);
          const [before, under, behind] = fieldWindow({ value, cursor }, width);
          expect((before + under + behind).length).toBeLessThanOrEqual(width);
          expect(under).toBe(value[cursor] ?? ' ');
        },
      ),
    );
  });
});

describe('the history', () => {
  it('leads back through what was entered, and forth to what was being typed', () => {
    const history = ['status', 'stop app', 'stop app'].reduce(remember, historyOf([]));
    expect(history.lines).toEqual(['status', 'stop app']);
    const one = recall(history, -1, 'req');
    expect(one.value).toBe('stop app');
    const two = recall(recall(one.history, -1, one.value).history, -1, '');
    expect(two.value).toBe('status');
    const forth = recall(recall(two.history, 1, '').history, 1, '');
    expect(forth.value).toBe('req');
  });

  it('completes as far as all candidates agree', () => {
    expect(commonStart(['reload', 'request', 'resolve'])).toBe('re');
    expect(commonStart([])).toBe('');
  });
});
