import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editorOf } from '../../src/plain/own-editor.ts';

let full = '';
let empty = '';

beforeAll(async () => {
  full = await mkdtemp(join(tmpdir(), 'editor-'));
  empty = await mkdtemp(join(tmpdir(), 'editor-'));
  await writeFile(join(full, 'vi'), '#!/bin/sh\n');
  await chmod(join(full, 'vi'), 0o755);
  await writeFile(join(empty, 'nano'), 'not a program');
});

afterAll(async () => {
  await rm(full, { recursive: true });
  await rm(empty, { recursive: true });
});

describe('the editor', () => {
  it('is what the learner has set, VISUAL before EDITOR', () => {
    expect(editorOf({ VISUAL: 'code --wait', EDITOR: 'ed', PATH: full }, 'linux')).toBe('code --wait');
    expect(editorOf({ VISUAL: '', EDITOR: 'ed', PATH: full }, 'linux')).toBe('ed');
  });

  it('is otherwise one that is installed', () => {
    expect(editorOf({ PATH: [empty, full].join(delimiter) }, 'linux')).toBe('vi');
    expect(editorOf({}, 'win32')).toBe('notepad');
  });

  it('is missed in a sentence that says what to do', () => {
    expect(() => editorOf({ PATH: empty }, 'linux')).toThrow(/EDITOR is not set.*nano, vi, vim/);
    expect(() => editorOf({}, 'linux')).toThrow(/EDITOR is not set/);
  });
});
