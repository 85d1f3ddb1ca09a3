import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { find } from './find.ts';
import { playOrTell } from './learn.ts';
import { type PlainRoom, withPlain } from './plain.ts';
import { isTerminal, startScreens, wantsScreens } from './screens.ts';

/** Without a command: the home screen; without a terminal: the user story, live. */
export const registerHome: Register = (program, outcome) => {
  program.action(async () => {
    if (wantsScreens(program)) {
      outcome.code = await startScreens({ name: 'home' });
      return;
    }
    const course = await chosenCourse();
    const story = find(course.lessons, undefined, 'lesson');
    outcome.code = await withPlain(course, room =>
      isTerminal() ? playHome(room) : playOrTell(room, story, false),
    );
  });
};

/** The home screen in lines: asks what to do, until the learner leaves. */
const playHome = async (room: PlainRoom): Promise<number> => {
  const { course, store, console, signal } = room;
  const [{ choose }, { summarise }, { reviewItems }, { reviewSummary }] = await Promise.all([
    import('../plain/home.ts'),
    import('../progress/summary.ts'),
    import('../progress/review.ts'),
    import('../progress/due.ts'),
  ]);
  while (!signal.aborted) {
    const summary = summarise(course, store.progress());
    const review = reviewSummary(reviewItems(course, store.progress()), Date.now());
    const choice = await choose(console, summary, review);
    switch (choice?.kind) {
      case undefined:
        return exitCodes.done;
      case 'lesson': {
        const lesson = find(course.lessons, choice.id, 'lesson');
        const { offerPretest } = await import('../plain/pretest.ts');
        if (await offerPretest({ ...room, lesson })) await playOrTell(room, lesson, true);
        break;
      }
      case 'quiz': {
        const { playQuiz } = await import('../plain/quiz.ts');
        await playQuiz({ ...room, quiz: find(course.quizzes, choice.id, 'quiz') });
        break;
      }
      case 'lab': {
        const { playLab } = await import('../plain/lab-prompt.ts');
        await playLab(room);
        break;
      }
      case 'review': {
        const { playReview } = await import('../plain/review.ts');
        await playReview(room);
        break;
      }
      case 'glossary': {
        const { glossaryLines } = await import('../plain/glossary.ts');
        const word = await console.ask('Which word? Enter for all: ');
        const lines = word === undefined ? [] : glossaryLines(course, word, console.width);
        console.out('', ...(lines.length > 0 ? lines : ['There is no such word.']));
        break;
      }
      case 'progress': {
        const { progressLines } = await import('../plain/progress.ts');
        console.out('', ...progressLines(summary, console.width, review));
        break;
      }
    }
  }
  return exitCodes.done;
};
