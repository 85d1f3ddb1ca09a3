import { commandSpecs } from './commands/table.ts';
import { nearest } from './nearest.ts';

/** Every command with its line of help; or one command with its examples. */
export const help = (name?: string): string[] => {
  if (name === undefined) {
    const width = Math.max(...commandSpecs.map(({ usage }) => usage.length));
    return commandSpecs.map(({ usage, help: line }) => `${usage.padEnd(width)}  ${line}`);
  }
  const names = commandSpecs.map(spec => spec.name);
  const spec = commandSpecs.find(candidate => candidate.name === name);
  if (spec) return [spec.usage, `  ${spec.help}`, ...spec.examples.map(example => `  ${example}`)];
  const near = nearest(name, names);
  return [`"${name}" is not a command; ${near ? `did you mean: ${near}` : `there are: ${names.join(' ')}`}`];
};
