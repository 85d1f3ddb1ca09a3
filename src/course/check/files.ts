import type { Course, Lesson, Option, Problem, Question, Quiz, Step } from '../model.ts';

export type CourseFile = Lesson | Quiz;

export const filesOf = ({ lessons, quizzes }: Course): CourseFile[] => [...lessons, ...quizzes];

export const isQuiz = (file: CourseFile): file is Quiz => 'questions' in file;

export const sectionsOf = (file: CourseFile): Step[] => (isQuiz(file) ? file.questions : file.steps);

/** Of a choice, a multiple choice or a prediction. */
export const optionsOf = (question: Question | undefined): readonly Option[] =>
  question?.kind === 'choice' || question?.kind === 'multiple' || question?.kind === 'prediction'
    ? question.options
    : [];

/** What all authors of the built-in course keep to; others are held to what they have begun themselves. */
export const isBuiltIn = ({ id }: Course): boolean => id === 'built-in';

/** Line in which the text stands, or the first one. */
export const lineOf = (source: string, text: string): number => {
  const at = source.indexOf(text);
  return at < 0 ? 1 : source.slice(0, at).split('\n').length;
};

/** `, did you mean "role"?`, or nothing when no known word is like it. */
export const meant = (near: string | undefined): string => (near ? `, did you mean "${near}"?` : '');

export const problem = ({ file }: CourseFile, line: number, message: string): Problem => ({
  file,
  line,
  message,
});
