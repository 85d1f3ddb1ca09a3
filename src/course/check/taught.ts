import type { Problem, Quiz } from '../model.ts';
import { questionOf } from '../sections.ts';
import { problem } from './files.ts';

/** Questions that do not name the step that teaches them, where all have to: in the built-in course, or once one does. */
export const checkTaught = (quiz: Quiz, always: boolean): Problem[] => {
  if (!always && !quiz.questions.some(({ taughtBy }) => taughtBy)) return [];
  return quiz.questions
    .filter(section => questionOf(section) && !section.taughtBy)
    .map(({ id, line }) =>
      problem(
        quiz,
        line,
        `the question ${id} does not say which step teaches it, expected a last paragraph such as Taught in [The web server](../lessons/04-web-server.md#role).`,
      ),
    );
};
