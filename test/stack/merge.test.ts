import { expect, test } from 'vitest';
import { merged } from '../../src/stack/merge.ts';

const before = 'a\nb\nc\nd\ne\nf\n';

test('what nobody has edited becomes the new text', async () => {
  expect(await merged({ present: before, before, after: 'x\n' })).toBe('x\n');
});

test('an edit and a change of other lines stand side by side', async () => {
  const present = before.replace('a\n', 'a mine\n');
  const after = before.replace('f\n', 'f\ng\n');
  expect(await merged({ present, before, after })).toBe('a mine\nb\nc\nd\ne\nf\ng\n');
});

test('the same change on both sides is no conflict', async () => {
  const after = before.replace('c', 'C');
  expect(await merged({ present: after, before, after })).toBe(after);
});

test('different changes of one line cannot be merged', async () => {
  const present = before.replace('c', 'mine');
  expect(await merged({ present, before, after: before.replace('c', 'new') })).toBeUndefined();
});
