import fc from 'fast-check';
import type { ProgressEvent } from '../../src/progress/events.ts';
import type { Progress } from '../../src/progress/progress.ts';
import type { Answer } from '../../src/quiz/answer.ts';

// Few of everything, so that documents meet; one id is a name that every object has.
const id = fc.constantFrom('a', 'b', 'constructor');
const course = fc.constant('built-in');
const lesson = fc.constant('lessons/01-a.md');
const quiz = fc.constant('quizzes/a.md');
const time = fc.nat(2);
const epoch = fc.nat(1);

const answer = fc.oneof<fc.Arbitrary<Answer>[]>(
  id.map(option => ({ kind: 'choice', option })),
  id.map(option => ({ kind: 'prediction', option })),
  fc.array(id).map(options => ({ kind: 'multiple', options })),
  fc.array(id).map(options => ({ kind: 'order', options })),
  fc.dictionary(id, id, { noNullPrototype: true }).map(pairs => ({ kind: 'match', pairs })),
  fc.string().map(text => ({ kind: 'numeric', text })),
  fc.string().map(text => ({ kind: 'text', text })),
);

const score = fc.record({
  points: fc.constantFrom(1, 2),
  outOf: fc.constant(2),
  share: fc.constantFrom(0.5, 1),
  passed: fc.boolean(),
});

function dictionary<T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
}

const step = fc.record(
  { seenAt: time, doneAt: time, prediction: fc.record({ option: id, right: fc.boolean(), at: time }) },
  { requiredKeys: ['seenAt'], noNullPrototype: true },
);

const attempt = fc.record({ answer, right: fc.boolean() });

const reviews = dictionary(
  id,
  dictionary(id, fc.record({ at: time, attempts: fc.array(attempt, { maxLength: 3 }) })),
);

const pretest = fc.record({ at: time, questions: dictionary(id, fc.option(attempt)) });

const evidence = fc.record({
  run: id,
  measurements: dictionary(id, fc.oneof(fc.nat(3), fc.constant('99.8 %'))),
});

const challenges = dictionary(
  id,
  fc.tuple(evidence, time).map(([passed, at]) => ({ ...passed, at })),
);

const run = fc.record(
  {
    startedAt: time,
    seed: fc.nat(3),
    practice: fc.boolean(),
    answers: dictionary(id, fc.array(fc.record({ answer, right: fc.boolean(), at: time }), { maxLength: 3 })),
    finished: fc.tuple(score, time).map(([scored, at]) => ({ ...scored, at })),
  },
  { requiredKeys: ['startedAt', 'seed', 'practice', 'answers'], noNullPrototype: true },
);

/** Documents as they may lie on a disk: also ones that contradict each other. */
export const anyProgress: fc.Arbitrary<Progress> = fc.record({
  version: fc.constant(2 as const),
  seed: fc.nat(3),
  courses: dictionary(
    course,
    fc.record({
      epoch,
      lessons: dictionary(
        lesson,
        fc.record(
          { epoch, steps: dictionary(id, step), reviews },
          { requiredKeys: ['epoch', 'steps'], noNullPrototype: true },
        ),
      ),
      quizzes: dictionary(
        quiz,
        fc.record(
          { epoch, runs: dictionary(id, run), reviews, pretest, challenges },
          { requiredKeys: ['epoch', 'runs'], noNullPrototype: true },
        ),
      ),
    }),
  ),
});

export const anyEvent: fc.Arbitrary<ProgressEvent> = fc.oneof(
  fc.record({ type: fc.constantFrom('step-seen', 'step-done'), course, at: time, file: lesson, step: id }),
  fc.record({
    type: fc.constant('predicted'),
    course,
    at: time,
    file: lesson,
    step: id,
    option: id,
    right: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('run-started'),
    course,
    at: time,
    file: quiz,
    run: id,
    seed: fc.nat(3),
    practice: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('answered'),
    course,
    at: time,
    file: quiz,
    run: id,
    question: id,
    attempt: fc.record({ answer, right: fc.boolean() }),
  }),
  fc.record({ type: fc.constant('run-finished'), course, at: time, file: quiz, run: id, score }),
  fc.record({
    type: fc.constant('reviewed'),
    of: fc.constantFrom('lesson', 'quiz'),
    course,
    at: time,
    file: fc.constantFrom('lessons/01-a.md', 'quizzes/a.md'),
    question: id,
    sitting: id,
    attempts: fc.array(attempt, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('pretested'),
    course,
    at: time,
    file: quiz,
    questions: dictionary(id, fc.option(attempt)),
  }),
  fc.record({
    type: fc.constant('challenge-passed'),
    course,
    at: time,
    file: quiz,
    question: id,
    evidence,
  }),
  fc.record({ type: fc.constant('lesson-reset'), course, at: time, file: lesson }),
  fc.record({ type: fc.constant('quiz-reset'), course, at: time, file: quiz }),
  fc.record({ type: fc.constant('course-reset'), course, at: time }),
);
