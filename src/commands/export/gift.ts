import { basename } from 'node:path';
import type { Course, Quiz } from '../../course/model.ts';
import { plainText } from '../../course/plain-text.ts';
import { questionOf } from '../../course/sections.ts';
import { drawnValues } from '../../quiz/given.ts';
import { chosenCourse } from '../course.ts';
import { exitCodes, type Register } from '../exit.ts';
import { find } from '../find.ts';
import { giftQuestion } from './gift-question.ts';
import { category, comment } from './gift-text.ts';

export const registerGift: Register = (command, outcome) => {
  command
    .command('gift')
    .argument('[quiz]', 'name of a quiz; all of them when none is given')
    .description('print quizzes in the GIFT format of Moodle')
    .action(async (name: string | undefined) => {
      const course = await chosenCourse();
      const quizzes = name === undefined ? course.quizzes : [find(course.quizzes, name, 'quiz')];
      const { text, leftOut } = giftOf(course, quizzes);
      process.stdout.write(text);
      for (const line of leftOut) process.stderr.write(`${line}\n`);
      outcome.code = exitCodes.done;
    });
};

export interface Gift {
  text: string;
  /** What the format cannot hold, one sentence each. */
  leftOut: string[];
}

/** Quizzes as one file of GIFT, each in a category of its own. The same course always gives the same file. */
export const giftOf = (course: Course, quizzes: readonly Quiz[]): Gift => {
  const parts = quizzes.map(quiz => giftOfQuiz(course, quiz));
  return {
    text: parts.map(({ text }) => text).join('\n'),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  };
};

const giftOfQuiz = ({ id, dir }: Course, quiz: Quiz): Gift => {
  const leftOut: string[] = [];
  const title = id === 'built-in' ? 'web-stack-tutor' : basename(dir);
  const blocks = quiz.questions.map(section => {
    const question = questionOf(section);
    if (!question) {
      const sentence = `${quiz.file}:${section.line}: left out, as a challenge needs a running stack: ${section.id}`;
      leftOut.push(sentence);
      return comment(sentence);
    }
    // One drawing for everybody, by the question alone.
    const key = `gift/${quiz.id}/${section.id}`;
    const values = Object.entries(drawnValues(question, key)).map(([name, value]) => `${name} = ${value}`);
    return [
      comment(`[id:${quiz.id}/${section.id}]`),
      ...(values.length > 0 ? [comment(`drawn from what is given: ${values.join(', ')}`)] : []),
      giftQuestion(question, section, key),
    ].join('\n');
  });
  return {
    text: `${[category(title, plainText(quiz.title)), ...blocks].join('\n\n')}\n`,
    leftOut,
  };
};
