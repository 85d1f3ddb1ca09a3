import { readdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { putFile, readPlain } from './files.ts';
import type { Fleet } from './fleet.ts';
import { type EditableFile, StackError } from './stack.ts';

const below = (dir: string): string[] => {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
};

/** The configuration of every part, and the application files of every server that has some. */
export const editableFiles = ({ runners }: Fleet): EditableFile[] =>
  runners.flatMap(({ at, engine }) => {
    const { id, part, server } = at.plan;
    const configuration = [...(engine.generated?.(at).keys() ?? [])].map(path => ({
      name: `${server}/${part}/${basename(path)}`,
      path,
      part: id,
    }));
    const site = part === 'app' ? below(at.siteDir) : [];
    return [
      ...configuration,
      ...site.map(path => ({
        name: `${server}/site/${relative(at.siteDir, path).split(sep).join('/')}`,
        path,
        part: id,
      })),
    ];
  });

/** Neither follows links out of the run directory nor makes a file that is gone. */
export const editFile = async (
  fleet: Fleet,
  { name, path, part }: EditableFile,
  change: (text: string) => string,
): Promise<void> => {
  const { at } = fleet.runnerOf(part);
  const text = await readPlain(path, at);
  if (text === undefined)
    throw new StackError(`${name} cannot be read: it is gone, or a link; reset puts it back`);
  const changed = change(text);
  if (changed !== text) await putFile(path, { content: changed }, at);
};
