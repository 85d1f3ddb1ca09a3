import { describe, expect, it } from 'vitest';
import { playQuiz } from '../../src/plain/quiz.ts';
import { finishedRuns, openRun, quizProgress } from '../../src/progress/progress.ts';
import { presented } from '../../src/quiz/presented.ts';
import { startQuestion } from '../../src/quiz/question-state.ts';
import { liveStack } from '../tui/fake-stack.ts';
import { memoryStore } from '../tui/store.ts';
import { course, quiz } from './course.ts';
import { scriptedConsole, tooWide } from './scripted-console.ts';

const seed = 7;

const numberOf = (id: string, option: string): string => {
  const section = quiz.questions.find(step => step.id === id);
  const state = section && startQuestion(section, { seed, course: course.id, file: quiz.file });
  const question = state && presented(state.question, state.key);
  if (!question || !('options' in question)) throw new Error(`${id} has no options`);
  return String(question.options.find(candidate => candidate.id === option)?.number);
};

const play = async (answers: string[], store = memoryStore(seed)) => {
  const console = scriptedConsole(answers);
  const { signal } = new AbortController();
  await playQuiz({ course, quiz, console, store, openStack: async () => liveStack(), signal });
  return {
    console,
    text: console.text,
    store,
    progress: quizProgress(store.progress(), course.id, quiz.file),
  };
};

const eighty = numberOf('ports', 'eighty');
const fiftyThree = numberOf('ports', 'fifty-three');
const badGateway = numberOf('gone', 'bad-gateway');
const pageAnyway = numberOf('gone', 'page-anyway');

describe('a quiz in plain lines', () => {
  it('is asked, answered and scored', async () => {
    const { text, console, progress } = await play([eighty, '42', badGateway, '']);
    expect(console.left).toEqual([]);
    expect(text).toContain('Quiz: Small quiz. 3 questions.');
    expect(text).toContain('== Question 3 of 3: Gone ==');
    expect(text).toContain('As you predicted: 502 from web');
    expect(text).toContain('3 of 3 points, 100 %: passed.');
    expect(finishedRuns(progress)).toMatchObject([{ points: 3, outOf: 3, passed: true }]);
    expect(tooWide(text)).toEqual([]);
  });

  it('gives half a point at the second try and explains only what was chosen', async () => {
    const { text } = await play([fiftyThree, eighty, '42', badGateway, '', 'n']);
    const [before = '', after = ''] = text.split('2 tries are left.');
    expect(before).not.toContain('That is DNS.');
    expect(after.slice(0, after.indexOf('Your answer'))).toContain('That is DNS.');
    expect(after.slice(0, after.indexOf('Your answer'))).not.toContain('The port of HTTP.');
    expect(text).toContain('2.5 of 3 points, 83 %: passed.');
    expect(text).toContain('- Ports: right at the second try');
  });

  it('tells the right answer when the tries are used up, and repeats nothing as a new try', async () => {
    const { text } = await play([eighty, '1', '1', '2', '3', pageAnyway, '', 'n']);
    expect(text).toContain('You have tried this one already.');
    expect(text).toContain('Not right.\nThe right answer: 42\nBecause.');
    expect(text).toContain('1 of 3 points, 33 %: not passed yet, 60 % is needed.');
    expect(text).toContain('- Sum: not right');
  });

  it('counts an answer that cannot be read as no try', async () => {
    const { text } = await play(['9', 'x', eighty, '42', badGateway, '']);
    expect(text).toContain('Please write a number from 1 to 2.');
    expect(text).toContain('- Ports: right at the first try');
  });

  it('gives a hint when it is asked for', async () => {
    const { text } = await play(['h', 'h', 'q']);
    expect(text).toContain('Hint: Not that of DNS.\nYour answer (q to leave): h\nThere is no other hint.');
  });

  it.each([
    ['q', [eighty, 'q']],
    ['the end of the input', [eighty]],
  ])('keeps the answers when it is left by %s, and goes on there', async (_, answers) => {
    const { text, store, progress } = await play(answers);
    expect(text).toContain('Your answers are kept');
    expect(openRun(progress)?.run.answers).toMatchObject({ ports: [{ right: true }] });
    const again = await play(['42', badGateway, ''], store);
    expect(again.text).toContain('You left it half-way');
    expect(again.text).not.toContain('Question 1 of 3');
    expect(again.text).toContain('3 of 3 points');
    expect(finishedRuns(again.progress)).toHaveLength(1);
  });

  it('lets the wrong ones be practised without raising the score', async () => {
    const { text, progress } = await play([fiftyThree, eighty, '42', badGateway, '', 'y', eighty]);
    expect(text).toContain('Practise the 1 question again, without a score? y or n: y');
    expect(text).toContain('== Question 1 of 1: Ports ==');
    expect(text).toContain('== Practice ==');
    expect(finishedRuns(progress)).toMatchObject([{ points: 2.5 }]);
  });

  it('shows what stands behind a lab block only after it has run', async () => {
    const { text } = await play([eighty, '42', badGateway, '']);
    expect(text.indexOf('Behind the block.')).toBeGreaterThan(text.indexOf('> stop app'));
  });
});
