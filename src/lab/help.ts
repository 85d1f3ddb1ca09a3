import { commandSpecs } from './commands/table.ts';
import { nearest } from './nearest.ts';

/** What is written, and what it does; for two columns. A row without the second is a sentence. */
export type HelpRow = readonly [string, string?];

/** Every command with its line of help; or one command with its examples. */
export const helpRows = (name?: string): HelpRow[] => {
  if (name === undefined) {
    return [
      ...commandSpecs.map(({ usage, help }): HelpRow => [usage, help]),
      [''],
      ['TARGET is a part (web), a part on a server (web@server-1) or a server (server-1).'],
      ['Behind => may stand what you expect: request /guestbook => 200 from app'],
      ['help COMMAND shows examples.'],
    ];
  }
  const names = commandSpecs.map(spec => spec.name);
  const spec = commandSpecs.find(candidate => candidate.name === name);
  if (spec) {
    const examples = spec.examples.map((example, index): HelpRow => [index === 0 ? 'such as' : '', example]);
    return [[spec.usage, spec.help], ...examples];
  }
  const near = nearest(name, names);
  return [
    [`"${name}" is not a command; ${near ? `did you mean: ${near}` : `there are: ${names.join(' ')}`}`],
  ];
};
