import type { Course, Lesson, Quiz, Step } from '../course/model.ts';
import { questionOf } from '../course/sections.ts';
import { type Gain, gainOf } from '../quiz/gain.ts';
import { quizResult, startQuiz } from '../quiz/quiz-state.ts';
import { bestRun, mastered } from '../quiz/score.ts';
import {
  entry,
  type FinishedRun,
  finishedRuns,
  type LessonProgress,
  lessonProgress,
  openRun,
  type Progress,
  type QuizProgress,
  type QuizRun,
  quizProgress,
} from './progress.ts';

/** As `progress --json` prints it. */
export interface Summary {
  course: string;
  lessons: LessonSummary[];
  quizzes: QuizSummary[];
  /** Where to go on; `null` when everything is done. */
  continue: Target | null;
}

export interface LessonSummary {
  file: string;
  id: string;
  title: string;
  state: 'new' | 'begun' | 'done';
  steps: number;
  seen: number;
  done: number;
  predictions: { asked: number; answered: number; right: number };
}

export interface QuizSummary {
  file: string;
  id: string;
  title: string;
  questions: number;
  /** Complete runs, without practice. */
  runs: number;
  best: { points: number; outOf: number; share: number; at: string } | null;
  passed: boolean;
  /** How many questions of the run that was left half-way were begun. */
  halfWay: number | null;
  /** What that run has brought so far. */
  pointsSoFar: number | null;
  /** Since the pretest, by the run that counts. */
  gain: Gain | null;
  challenges: ChallengeSummary[];
  mastery: Mastery;
}

export interface ChallengeSummary {
  id: string;
  title: string;
  /** The first time; `null` when it was not passed yet. */
  passed: { at: string; run: string; measurements: Record<string, string | number> } | null;
}

/** A quiz at its pass mark, and its challenges if it has any. */
export interface Mastery {
  /** 0 to 1, and 1 only when all is passed. */
  share: number;
  reached: boolean;
}

export type Target =
  | { kind: 'step'; file: string; id: string; step: string }
  /** `run`: the one that was left half-way; `null` begins a new one. */
  | { kind: 'quiz'; file: string; id: string; run: string | null };

/** What of this course is done; steps and questions that it no longer has do not count. */
export function summarise(course: Course, progress: Progress): Summary {
  return {
    course: course.id,
    lessons: course.lessons.map(lesson =>
      summariseLesson(lesson, lessonProgress(progress, course.id, lesson.file)),
    ),
    quizzes: course.quizzes.map(quiz =>
      summariseQuiz(quiz, course, quizProgress(progress, course.id, quiz.file)),
    ),
    continue: continueAt(course, progress) ?? null,
  };
}

function summariseLesson(lesson: Lesson, progress: LessonProgress): LessonSummary {
  const { file, id, title } = lesson;
  const known = stepsOf(lesson, progress);
  const seen = known.filter(step => step.progress !== undefined).length;
  const done = known.filter(step => step.progress?.doneAt !== undefined).length;
  const predictions = known.filter(({ step }) =>
    step.items.some(item => item.kind === 'question' && item.question.kind === 'prediction'),
  );
  const answers = predictions.flatMap(step => step.progress?.prediction ?? []);
  return {
    file,
    id,
    title,
    state: seen === 0 ? 'new' : done === known.length ? 'done' : 'begun',
    steps: known.length,
    seen,
    done,
    predictions: {
      asked: predictions.length,
      answered: answers.length,
      right: answers.filter(answer => answer.right).length,
    },
  };
}

function summariseQuiz(quiz: Quiz, course: Course, progress: QuizProgress): QuizSummary {
  const { file, id, title } = quiz;
  const runs = finishedRuns(progress);
  const best = bestRun(runs);
  const open = openRun(progress)?.run;
  const challenges = challengesOf(quiz, progress);
  const passed = isPassed(quiz, progress);
  return {
    file,
    id,
    title,
    questions: quiz.questions.filter(asks).length,
    runs: runs.length,
    best: best === undefined ? null : bestOf(best),
    passed,
    halfWay: open === undefined ? null : Object.keys(open.answers).length,
    pointsSoFar: open === undefined ? null : pointsSoFar(quiz, course, open),
    gain: gainSince(progress, best) ?? null,
    challenges,
    mastery: masteryOf(quiz, passed, best, challenges),
  };
}

function asks(section: Step): boolean {
  return questionOf(section) !== undefined || section.items.some(({ kind }) => kind === 'challenge');
}

function pointsSoFar(quiz: Quiz, { id: course }: Course, { seed, answers }: QuizRun): number {
  return quizResult(startQuiz({ quiz, course, seed, answers })).points;
}

function gainSince({ pretest, runs }: QuizProgress, best: FinishedRun | undefined): Gain | undefined {
  const counted = Object.values(runs).find(({ finished }) => finished !== undefined && finished === best);
  return pretest && counted && gainOf(pretest.questions, counted.answers);
}

function challengesOf({ questions }: Quiz, { challenges = {} }: QuizProgress): ChallengeSummary[] {
  return questions
    .filter(({ items }) => items.some(({ kind }) => kind === 'challenge'))
    .map(({ id, title }) => {
      const known = entry(challenges, id);
      return { id, title, passed: known ? { ...known, at: new Date(known.at).toISOString() } : null };
    });
}

/** By its runs; one that has nothing but challenges also by those, in whatever runs they were passed. */
function isPassed(quiz: Quiz, progress: QuizProgress): boolean {
  if (mastered(finishedRuns(progress))) return true;
  if (quiz.questions.some(questionOf)) return false;
  return challengesOf(quiz, progress).every(({ passed }) => passed !== null);
}

/** The questions and each challenge weigh the same; what is not passed yet counts by how near it is. */
function masteryOf(
  { questions, pass }: Quiz,
  passed: boolean,
  best: FinishedRun | undefined,
  challenges: readonly ChallengeSummary[],
): Mastery {
  const near = passed ? 1 : Math.min((best?.share ?? 0) / pass, 0.99);
  const parts = [
    ...(questions.some(questionOf) ? [near] : []),
    ...challenges.map(challenge => (challenge.passed ? 1 : 0)),
  ];
  const share = parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return { share, reached: parts.length > 0 && parts.every(part => part === 1) };
}

function bestOf({ points, outOf, share, at }: FinishedRun): QuizSummary['best'] {
  return { points, outOf, share, at: new Date(at).toISOString() };
}

/** The quiz or step that was last in hand; where that is done, what comes next and is not. */
export function continueAt(course: Course, progress: Progress): Target | undefined {
  const quiz = latest(
    course.quizzes.flatMap(({ file, id }) => {
      const open = openRun(quizProgress(progress, course.id, file));
      if (open === undefined) return [];
      const times = Object.values(open.run.answers).flatMap(attempts => attempts.map(attempt => attempt.at));
      return { at: Math.max(open.run.startedAt, ...times), target: { file, id, run: open.id } };
    }),
  );
  const steps = course.lessons.flatMap(lesson =>
    stepsOf(lesson, lessonProgress(progress, course.id, lesson.file)).map(({ step, progress: known }) => ({
      at: known?.seenAt ?? Number.NEGATIVE_INFINITY,
      done: known?.doneAt !== undefined,
      target: { kind: 'step' as const, file: lesson.file, id: lesson.id, step: step.id },
    })),
  );
  const last = latest(steps.filter(step => step.at !== Number.NEGATIVE_INFINITY));
  if (quiz && quiz.at >= (last?.at ?? quiz.at)) return { kind: 'quiz', ...quiz.target };

  const from = last ? steps.indexOf(last) : 0;
  const open = [...steps.slice(from), ...steps.slice(0, from)].find(step => !step.done);
  if (open) return open.target;
  if (quiz) return { kind: 'quiz', ...quiz.target };
  const unpassed = course.quizzes.find(quiz => !isPassed(quiz, quizProgress(progress, course.id, quiz.file)));
  return unpassed && { kind: 'quiz', file: unpassed.file, id: unpassed.id, run: null };
}

/** Index of the step with which a lesson goes on; one that is new or done begins at its first. */
export function resumeAt(course: Course, lesson: Lesson, progress: Progress): number {
  const target = continueAt({ ...course, lessons: [lesson], quizzes: [] }, progress);
  const at = lesson.steps.findIndex(({ id }) => target?.kind === 'step' && target.step === id);
  return Math.max(0, at);
}

function stepsOf(lesson: Lesson, progress: LessonProgress) {
  return lesson.steps.map(step => ({
    step,
    progress: entry(progress.steps, step.id),
  }));
}

function latest<T extends { at: number }>(items: readonly T[]): T | undefined {
  return items.reduce<T | undefined>((best, item) => (best && best.at >= item.at ? best : item), undefined);
}
