/** A line being typed. */
export interface Field {
  value: string;
  /** Index into `value`, always between two characters as people see them. */
  cursor: number;
}

export type FieldAction =
  | { type: 'insert'; text: string }
  | { type: 'backspace' }
  | { type: 'delete' }
  | { type: 'left' }
  | { type: 'right' }
  | { type: 'home' }
  | { type: 'end' }
  /** Removes what stands before the cursor. */
  | { type: 'kill' }
  | { type: 'set'; value: string };

export const emptyField: Field = { value: '', cursor: 0 };

const segmenter = new Intl.Segmenter();

const widthBefore = ({ value, cursor }: Field): number =>
  [...segmenter.segment(value.slice(0, cursor))].at(-1)?.segment.length ?? 0;

const widthBehind = ({ value, cursor }: Field): number =>
  [...segmenter.segment(value.slice(cursor))][0]?.segment.length ?? 0;

/** What can stand on one line: pasted line ends become spaces, other control characters are dropped. */
const typable = (text: string): string =>
  text.replace(/[\r\n\t]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '');

export const editField = (field: Field, action: FieldAction): Field => {
  const { value, cursor } = field;
  switch (action.type) {
    case 'insert': {
      const text = typable(action.text);
      return { value: value.slice(0, cursor) + text + value.slice(cursor), cursor: cursor + text.length };
    }
    case 'backspace': {
      const at = cursor - widthBefore(field);
      return { value: value.slice(0, at) + value.slice(cursor), cursor: at };
    }
    case 'delete':
      return { value: value.slice(0, cursor) + value.slice(cursor + widthBehind(field)), cursor };
    case 'left':
      return { value, cursor: cursor - widthBefore(field) };
    case 'right':
      return { value, cursor: cursor + widthBehind(field) };
    case 'home':
      return { value, cursor: 0 };
    case 'end':
      return { value, cursor: value.length };
    case 'kill':
      return { value: value.slice(cursor), cursor: 0 };
    case 'set':
      return { value: action.value, cursor: action.value.length };
  }
};
