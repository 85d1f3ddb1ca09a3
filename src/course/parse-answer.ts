import { parseFormula } from './formula.ts';
import { combinations, placeholdersIn } from './given.ts';
import type { Given, Question } from './model.ts';
import { plainText } from './plain-text.ts';
import type { Report } from './report.ts';

type Numeric = Pick<
  Extract<Question, { kind: 'numeric' }>,
  'kind' | 'formula' | 'tolerance' | 'unit' | 'given'
>;
type Text = Pick<Extract<Question, { kind: 'text' }>, 'kind' | 'accepted'>;

/** What stands behind `**Answer:**`: numeric because of `±`, else accepted texts between `|`. */
export const parseAnswer = (
  value: string,
  given: readonly Given[],
  prompt: string,
  line: number,
  report: Report,
): Numeric | Text => {
  if (value.includes('±')) return parseNumeric(value, given, prompt, line, report);
  if (value.startsWith('=')) report(line, `"${value}" has no tolerance, expected such as = n * 2 ± 0.1 h`);
  else if (given.length > 0)
    report(line, 'numbers are given but not used, expected a formula such as **Answer:** = n * 2 ± 0.1');
  const accepted = value.split('|').map(plainText);
  if (accepted.some(text => text === ''))
    report(
      line,
      '**Answer:** has no value, expected such as "8.76 h ± 0.1" or "Nginx | web server" on the same line',
    );
  return { kind: 'text', accepted: [...new Set(accepted)].filter(text => text !== '') };
};

const numberPattern = /^([+-]?\d+(?:\.\d+)?)\s*(.*)$/;

const parseNumeric = (
  value: string,
  given: readonly Given[],
  prompt: string,
  line: number,
  report: Report,
): Numeric => {
  const [before = '', after = '', more] = value.split('±').map(part => part.trim());
  const tolerance = /^(\d+(?:\.\d+)?)\s*(.*)$/.exec(after);
  if (!tolerance || more !== undefined)
    report(line, `"± ${after}" is no tolerance, expected one number of 0 or more, such as ± 0.1`);
  const unitBehind = tolerance?.[2] ?? '';
  const result = (formula: string, unit: string): Numeric => ({
    kind: 'numeric',
    given: [...given],
    formula,
    tolerance: Number(tolerance?.[1] ?? 0),
    unit,
  });
  if (before.startsWith('=')) {
    const formula = before.slice(1).trim();
    checkFormula(formula, given, prompt, line, report);
    return result(formula, unitBehind);
  }
  const number = numberPattern.exec(before);
  if (!number)
    report(line, `"${before}" is no number, expected such as 8.76 h ± 0.1, or a formula behind "="`);
  else if (given.length > 0)
    report(line, 'numbers are given but not used, expected a formula such as **Answer:** = n * 2 ± 0.1');
  const unit = number?.[2] ?? '';
  if (unit && unitBehind && unit !== unitBehind)
    report(line, `the units "${unit}" and "${unitBehind}" differ, expected one unit`);
  return result(number?.[1] ?? '0', unit || unitBehind);
};

const checkFormula = (
  formula: string,
  given: readonly Given[],
  prompt: string,
  line: number,
  report: Report,
): void => {
  const parsed = parseFormula(formula);
  if ('problem' in parsed) {
    report(line, `the formula "${formula}" is wrong: ${parsed.problem}`);
    return;
  }
  const names = given.map(({ name }) => name);
  const shown = placeholdersIn(prompt);
  for (const name of parsed.names)
    if (!names.includes(name))
      report(line, `the formula uses "${name}", expected a line such as Given: ${name} = 10..50 step 5`);
  for (const name of names) {
    if (!parsed.names.has(name))
      report(line, `the formula does not use "${name}", which is given; expected every given number in it`);
    if (!shown.includes(name))
      report(
        line,
        `the question does not show "${name}", expected {${name}} in the paragraph before the answer`,
      );
  }
  const known = [...parsed.names].every(name => names.includes(name));
  if (known && [...combinations(given)].some(values => !Number.isFinite(parsed.evaluate(values))))
    report(line, `the formula "${formula}" divides by zero for a given number, expected a range without it`);
};
