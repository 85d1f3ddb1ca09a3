import { readFile } from 'node:fs/promises';
import type { EditableFile, Stack } from '../../stack/stack.ts';
import type { Observed } from '../language.ts';
import { nearest } from '../nearest.ts';
import { defineCommand } from './spec.ts';

/** The file that a name means: the end of its whole name is enough where no other ends like that. */
const fileNamed = (stack: Stack, name: string): EditableFile | { problem: string } => {
  const files = stack.files();
  const found = files.filter(file => file.name === name || file.name.endsWith(`/${name}`));
  const [file, other] = found;
  if (file && !other) return file;
  if (other) return { problem: `"${name}" could be ${found.map(each => each.name).join(' or ')}` };
  const near = nearest(name, [
    ...files.map(each => each.name),
    ...files.map(each => each.name.replace(/^.*\//, '')),
  ]);
  return { problem: `there is no file "${name}" that can be changed${near ? `; did you mean ${near}` : ''}` };
};

const changed = ({ name, part }: EditableFile, durationMs: number): Observed => ({
  kind: 'done',
  message: `${name} is changed; ${part} obeys it after a reload or restart`,
  durationMs,
});

/** The files themselves, behind the command. */
const complete = (before: readonly string[], _: unknown, files: readonly string[]): readonly string[] =>
  before.length === 0 ? files : [];

export const edit = defineCommand({
  name: 'edit',
  usage: 'edit FILE',
  help: 'opens a configuration or application file in your editor',
  examples: ['edit nginx.conf', 'edit foobar.com.zone'],
  parse: ([name, ...more]) => {
    if (name === undefined) return { problem: 'which file? such as nginx.conf' };
    if (more.length > 0) return { problem: `one file, but there is also "${more[0]}"` };
    return { args: name };
  },
  run: async (name, stack, _signal, _tell, openEditor) => {
    const file = fileNamed(stack, name);
    if ('problem' in file) return { kind: 'error', message: file.problem };
    if (!openEditor) return { kind: 'error', message: 'edit needs a terminal; in scripts, replace does it' };
    const start = performance.now();
    const before = await readFile(file.path, 'utf8');
    await openEditor(file.path);
    const durationMs = performance.now() - start;
    return before === (await readFile(file.path, 'utf8'))
      ? { kind: 'done', message: `${file.name} is as it was`, durationMs }
      : changed(file, durationMs);
  },
  complete,
});

export const replace = defineCommand({
  name: 'replace',
  usage: 'replace FILE "OLD" "NEW"',
  help: 'changes a text in a configuration or application file, everywhere in it',
  examples: ['replace nginx.conf "proxy_read_timeout 2s" "proxy_read_timeout 5s"'],
  parse: ([name, old, text, ...more]) => {
    if (name === undefined) return { problem: 'which file? such as nginx.conf' };
    if (!old || text === undefined) return { problem: 'which text by which other? both in quotes' };
    if (more.length > 0) return { problem: `put each text in quotes; there is also "${more[0]}"` };
    return { args: { name, old, text } };
  },
  run: async ({ name, old, text }, stack) => {
    const file = fileNamed(stack, name);
    if ('problem' in file) return { kind: 'error', message: file.problem };
    const start = performance.now();
    let times = 0;
    await stack.edit(file, content => {
      times = content.split(old).length - 1;
      return content.replaceAll(old, () => text);
    });
    if (times === 0) return { kind: 'error', message: `"${old}" does not stand in ${file.name}` };
    return changed(file, performance.now() - start);
  },
  complete,
});
