import type { Course, Lesson, Question, Quiz, Step, TaughtBy } from './model.ts';

/** What the section asks, if it asks something. */
export const questionOf = ({ items }: Step): Question | undefined =>
  items.find(item => item.kind === 'question')?.question;

/** Ids of the misconceptions that the options stand for, those of right options left out. */
export const misconceptionsIn = (question: Question, options: readonly string[]): string[] =>
  'options' in question
    ? question.options.flatMap(option =>
        'correct' in option && !option.correct && option.misconception && options.includes(option.id)
          ? [option.misconception]
          : [],
      )
    : [];

/** A step of a lesson whose prediction lets the stack refute a misconception. */
export interface Experiment {
  lesson: Lesson;
  step: Step;
  misconception: string;
}

/**
 * The experiment that refutes one of the misconceptions, the first of which counts most; where several do, one of the
 * lessons that teach the question.
 */
export const experimentAgainst = (
  { lessons }: Course,
  misconceptions: readonly string[],
  asked: Step,
): Experiment | undefined => {
  const taughtIn = (asked.taughtBy ?? []).map(({ lesson }) => lesson);
  const experiments = misconceptions.flatMap(misconception =>
    lessons.flatMap(lesson =>
      lesson.steps
        .filter(step => step !== asked && refutes(step, misconception))
        .map((step): Experiment => ({ lesson, step, misconception })),
    ),
  );
  return experiments.find(({ lesson }) => taughtIn.includes(lesson.id)) ?? experiments[0];
};

const refutes = (step: Step, misconception: string): boolean => {
  const question = questionOf(step);
  return (
    question?.kind === 'prediction' &&
    question.options.some(option => !option.correct && option.misconception === misconception)
  );
};

/** A quiz and the lessons that lead to it. */
export interface Unit {
  quiz: Quiz;
  lessons: Lesson[];
}

/** Each lesson belongs to the quiz that names it most often as what teaches its questions. */
export const unitsOf = ({ lessons, quizzes }: Course): Unit[] => {
  const count = (quiz: Quiz, lesson: Lesson): number =>
    quiz.questions.flatMap(({ taughtBy = [] }) => taughtBy).filter(step => step.lesson === lesson.id).length;
  const quizOf = (lesson: Lesson): Quiz | undefined =>
    quizzes.reduce<Quiz | undefined>((most, quiz) => {
      const named = count(quiz, lesson);
      return named > (most ? count(most, lesson) : 0) ? quiz : most;
    }, undefined);
  return quizzes.flatMap(quiz => {
    const own = lessons.filter(lesson => quizOf(lesson) === quiz);
    return own.length === 0 ? [] : [{ quiz, lessons: own }];
  });
};

/** The steps that teach a question or a word, as far as the course has them. */
export const taughtAt = (
  { lessons }: Course,
  { taughtBy = [] }: { taughtBy?: readonly TaughtBy[] },
): { lesson: Lesson; step: Step }[] =>
  taughtBy.flatMap(({ lesson: id, step: at }) => {
    const lesson = lessons.find(candidate => candidate.id === id);
    const step = lesson?.steps.find(candidate => candidate.id === at);
    return lesson && step ? [{ lesson, step }] : [];
  });
