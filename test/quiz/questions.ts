import fc from 'fast-check';
import type { Question, Quiz, Step } from '../../src/course/model.ts';

const base = { line: 1, prompt: 'What answers?' };

const choice: Question = {
  ...base,
  kind: 'choice',
  options: [
    { id: 'dns', markdown: 'DNS', correct: false, explanation: 'It gave the address before.' },
    { id: 'web', markdown: 'The web server', correct: true, explanation: 'It has the file.' },
    { id: 'app', markdown: 'The app server', correct: false, explanation: 'It is never asked.' },
    { id: 'db', markdown: 'The database', correct: false },
  ],
};

const multiple: Question = {
  ...base,
  kind: 'multiple',
  options: [
    { id: 'a', markdown: 'A', correct: true, explanation: 'why A' },
    { id: 'b', markdown: 'B', correct: false, explanation: 'why not B' },
    { id: 'c', markdown: 'C', correct: true, explanation: 'why C' },
  ],
};

const prediction: Question = { ...choice, kind: 'prediction' };

const order: Question = {
  ...base,
  kind: 'order',
  options: [
    { id: 'dns', markdown: 'DNS' },
    { id: 'tcp', markdown: 'TCP' },
    { id: 'http', markdown: 'HTTP' },
  ],
  explanation: 'why this order',
};

const match: Question = {
  ...base,
  kind: 'match',
  heads: ['part', 'port'],
  pairs: [
    { id: 'dns', left: 'DNS', right: '53' },
    { id: 'web', left: 'Nginx', right: '80' },
    { id: 'cdn', left: 'A CDN', right: '80' },
  ],
};

const numeric: Question = {
  ...base,
  kind: 'numeric',
  prompt: 'How long for {n} %?',
  given: [],
  formula: '8.76',
  tolerance: 0.1,
  unit: 'h',
  explanation: '1 % of a year for {n}',
};

const given: Question = {
  ...numeric,
  given: [{ name: 'n', min: 10, max: 50, step: 5 }],
  formula: 'n * 8.76 / 100',
};

const text: Question = { ...base, kind: 'text', accepted: ['Nginx', 'web server'] };

export const samples = { choice, multiple, prediction, order, match, numeric, given, text };

export function section(question: Question, id = 'q', hints: string[] = []): Step {
  const shown = hints.map(markdown => ({ kind: 'hint' as const, markdown, line: 1 }));
  return { id, title: `About ${id}`, line: 1, items: [{ kind: 'question', question }, ...shown] };
}

export function quizOf(questions: Record<string, Question>, pass = 0.8): Quiz {
  return {
    file: 'quizzes/request.md',
    id: 'request',
    title: 'The request',
    minutes: 5,
    objectives: [],
    stack: 'one-server',
    pass,
    questions: Object.entries(questions).map(([id, question]) => section(question, id, [`hint for ${id}`])),
  };
}

/** Questions of every kind with ids and labels of their own. */
export const anyQuestion: fc.Arbitrary<Question> = fc
  .tuple(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 9 }), fc.nat())
  .chain(([ids, right]) => {
    const options = ids.map((id, index) => ({
      id,
      markdown: `option ${id}`,
      correct: index === right % ids.length,
    }));
    const pairs = ids.map((id, index) => ({ id, left: `left ${id}`, right: `right ${index % 4}` }));
    return fc.constantFrom<Question>(
      { ...base, kind: 'choice', options },
      { ...base, kind: 'prediction', options },
      {
        ...base,
        kind: 'multiple',
        options: options.map((o, i) => ({ ...o, correct: o.correct || i === 0 })),
      },
      { ...base, kind: 'order', options },
      { ...base, kind: 'match', heads: ['a', 'b'], pairs },
      given,
      text,
    );
  });
