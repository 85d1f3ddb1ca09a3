import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { topologyNames } from '../stack/topology.ts';
import { isClean } from './clean-text.ts';
import type { Report } from './report.ts';

const sentence = z.string().check(
  z.trim(),
  z.minLength(1),
  z.refine(text => isClean(text) && !/[\n\t]/.test(text)),
);
const common = { title: sentence, minutes: z.number().check(z.positive()) };

/** A sentence, or one with the ids of the sections that serve it: `- Tell who answers: [page, gone]`. */
const objective = z.union([
  sentence,
  z
    .record(sentence, z.array(sentence).check(z.minLength(1)))
    .check(z.refine(record => Object.keys(record).length === 1)),
]);

const lessonSchema = z.strictObject({
  ...common,
  objectives: z.array(objective).check(z.minLength(1)),
  stack: z.enum(topologyNames),
});
const quizSchema = z.strictObject({
  ...common,
  objectives: z._default(z.array(objective), []),
  stack: z._default(z.enum(topologyNames), 'one-server'),
  pass: z._default(z.int().check(z.minimum(1), z.maximum(100)), 80),
});

type Lesson = z.infer<typeof lessonSchema>;
type Quiz = z.infer<typeof quizSchema>;

interface Objectives {
  objectives: string[];
  objectiveSections?: string[][];
}

const expected: Readonly<Record<string, string>> = {
  title: 'one line of text',
  minutes: 'a number above 0',
  objectives: 'lines such as "- Tell who answers", or with sections "- Tell who answers: [some-id]"',
  stack: `one of ${topologyNames.join(', ')}`,
  pass: 'a whole percentage from 1 to 100, such as 80',
};

interface Parsed<T> {
  data: T;
  body: string;
  /** Line of the file in which the body starts. */
  bodyLine: number;
}

const lessonFallback: Lesson = { title: '', minutes: 1, objectives: [], stack: 'one-server' };
const quizFallback: Quiz = { ...lessonFallback, pass: 80 };

export const parseLessonFront = (
  source: string,
  report: Report,
): Parsed<Omit<Lesson, 'objectives'> & Objectives> =>
  withObjectives(parse(source, lessonSchema, lessonFallback, report));

export const parseQuizFront = (
  source: string,
  report: Report,
): Parsed<Omit<Quiz, 'objectives'> & Objectives> =>
  withObjectives(parse(source, quizSchema, quizFallback, report));

const withObjectives = <T extends { objectives: Lesson['objectives'] }>({ data, ...rest }: Parsed<T>) => {
  const entries = data.objectives.map((item): [string, string[]] =>
    typeof item === 'string' ? [item, []] : (Object.entries(item)[0] ?? ['', []]),
  );
  const objectiveSections = entries.map(([, sections]) => sections);
  const named = objectiveSections.some(sections => sections.length > 0);
  const objectives = entries.map(([words]) => words);
  return { ...rest, data: { ...data, objectives, ...(named && { objectiveSections }) } };
};

/** Marked would read it as a rule and a heading; without one, the whole source is the body. */
export const cutFrontMatter = (source: string): { yaml?: string; body: string; bodyLine: number } => {
  const match = /^---[ \t]*\n([\s\S]*?\n)?---[ \t]*(?:\n|$)/.exec(source);
  if (!match) return { body: source, bodyLine: 1 };
  const [whole, yaml = ''] = match;
  return { yaml, body: source.slice(whole.length), bodyLine: whole.split('\n').length };
};

/** Problems leave a default behind, so that the rest of the file can be checked as well. */
const parse = <T>(
  source: string,
  schema: z.ZodMiniType<T> & { shape: object },
  defaults: T,
  report: Report,
): Parsed<T> => {
  const keys = Object.keys(schema.shape);
  const { yaml, body, bodyLine } = cutFrontMatter(source);
  if (yaml !== undefined) return { data: parseYaml(yaml, schema, keys, defaults, report), body, bodyLine };
  if (/^---[ \t]*\n/.test(source)) {
    report(1, 'the front matter is never closed, expected a second line of ---');
    return { data: defaults, body: '', bodyLine: 1 };
  }
  report(1, `the front matter is missing, expected ${keys.join(', ')} between two lines of ---`);
  return { data: defaults, body, bodyLine };
};

const parseYaml = <T>(
  yaml: string,
  schema: z.ZodMiniType<T>,
  keys: readonly string[],
  defaults: T,
  report: Report,
): T => {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
  // The front matter begins behind the line of dashes.
  const lineAt = (offset = 0): number => counter.linePos(offset).line + 1;
  const [error] = document.errors;
  if (error) {
    report(lineAt(error.pos[0]), `front matter: ${error.message.split('\n')[0]}`);
    return defaults;
  }
  if (!isMap(document.contents)) {
    report(1, `the front matter has no keys, expected ${keys.join(', ')}`);
    return defaults;
  }
  const keyLines = new Map(
    document.contents.items.map(({ key }) => [String(key), isScalar(key) ? lineAt(key.range?.[0]) : 1]),
  );
  const data = toObject(document);
  if (data instanceof Error) {
    report(1, `front matter: ${data.message.split('\n')[0]}`);
    return defaults;
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const usable = { ...defaults, ...data };
  for (const issue of result.error.issues) {
    for (const key of badKeys(issue)) {
      const node = document.getIn(issue.path, true);
      const line = isScalar(node) ? lineAt(node.range?.[0]) : (keyLines.get(key) ?? 1);
      report(line, problemOf(key, key in data, keys));
      Object.assign(usable, { [key]: (defaults as Record<string, unknown>)[key] });
    }
  }
  return usable;
};

/** A document may expand to more than memory holds; `yaml` throws before that. */
const toObject = (document: Document): Record<string, unknown> | Error => {
  try {
    return document.toJS();
  } catch (error) {
    return error as Error;
  }
};

const badKeys = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];

const problemOf = (key: string, present: boolean, keys: readonly string[]): string => {
  if (!keys.includes(key)) return `front matter: the key "${key}" is unknown, expected ${keys.join(', ')}`;
  return `front matter: "${key}" is ${present ? 'wrong' : 'missing'}, expected ${expected[key]}`;
};
