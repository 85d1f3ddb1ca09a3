import { afterEach, describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import type { Course } from '../../src/course/model.ts';
import { courseProgress } from '../../src/progress/progress.ts';
import type { ProgressStore } from '../../src/progress/store.ts';
import { liveStack } from './fake-stack.ts';
import { fixtureCourse } from './fixtures.ts';
import { memoryStore } from './store.ts';
import { keys, openCourse, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };
const wide = { columns: 120, rows: 40 };
const { enter, esc, pageDown, tab } = keys;

const lesson = (step: string) => ({ screen: { name: 'lesson', lesson: 'request', step } }) as const;

const lockBadGateway = async (tui: Tui): Promise<void> => {
  await tui.shows('stack up');
  await tui.shows('1-9 answer');
  const number = /(\d) {2}502/.exec(tui.screen())?.[1] ?? '';
  await tui.press(number);
  await tui.shows('Locked. Now the stack answers.');
};

describe('a lesson', () => {
  it('leads from home through the first step, and keeps what was done', async () => {
    const tui = openCourse(small, fixtureCourse);
    await tui.shows('Start with the lesson: One request');
    await tui.press(enter);
    await tui.shows('step 1 of 4');
    await tui.shows('Enter runs it on the stack.');
    expect(tui.screen()).not.toContain('The answer came from');
    await tui.press(enter);
    await tui.shows('8.8.8.8, 1.3 ms');
    await tui.shows('The answer came from the name server');
    await tui.press(enter);
    await tui.shows('The application server is gone');
    await tui.press('q');
    await tui.shows('Continue with the lesson: One request');
    const [course] = Object.keys(tui.store.progress().courses);
    const { lessons } = courseProgress(tui.store.progress(), course ?? '');
    expect(lessons['lessons/01-request.md']?.steps.name?.doneAt).toBeDefined();
    expect(lessons['lessons/01-request.md']?.steps['app-gone']?.doneAt).toBeUndefined();
  });

  it('locks the prediction, lets the stack answer, and explains only then', async () => {
    const tui = openCourse(wide, fixtureCourse, lesson('app-gone'));
    await lockBadGateway(tui);
    expect(tui.screen()).not.toContain('Nginx answered, to say');
    await tui.press(enter);
    await tui.shows('As you predicted: 502 from web');
    await tui.shows('Nginx answered, to say that the server behind it did not.');
    await tui.shows('The web server told the browser');
    // Beside the text stands the request that it speaks of, and not the last one.
    await tui.shows('502 from web in 5.1 ms');
    expect(tui.screen()).not.toContain('200 from app in');
    expect(tui.store.events).toContainEqual(
      expect.objectContaining({ type: 'predicted', option: 'bad-gateway', right: true }),
    );
    await tui.becomes('noting that the step is done', () =>
      tui.store.events.some(event => event.type === 'step-done' && event.step === 'app-gone'),
    );
  });

  it('shows the state of the parts in the picture while it runs, ignores stray keys, and can be cancelled', async () => {
    const stack = liveStack({ held: true });
    const tui = openCourse(wide, fixtureCourse, { ...lesson('app-gone'), openStack: async () => stack });
    await lockBadGateway(tui);
    await tui.press(enter);
    await tui.shows('stopped');
    await tui.press('q', 'h', keys.right, enter, '1', '?');
    await tui.shows('Esc cancel');
    expect(tui.screen()).toContain('step 2 of 4');
    expect(tui.screen()).not.toContain('Signs');
    await tui.press(esc);
    await tui.shows('Cancelled. Enter runs it again.');
    stack.release();
    await tui.press(enter);
    await tui.shows('Esc cancel');
  });

  it('keeps the place in the text when the terminal is resized', async () => {
    const tui = openCourse(small, fixtureCourse, lesson('long'));
    await tui.shows('This step is only text');
    await tui.press(pageDown);
    await tui.hides('This step is only text');
    const first =
      tui
        .lines()
        .slice(3)
        .find(text => /[a-z]{3}/.test(text))
        ?.trim()
        .slice(0, 20) ?? '';
    tui.resize({ columns: 64, rows: 20 });
    await tui.becomes(
      'drawing at the new size',
      () => tui.outside().length === 0 && tui.lines().length === 20,
    );
    await tui.shows(first);
    tui.resize(small);
    await tui.shows(first);
    expect(tui.outside()).toEqual([]);
  });

  it('reads on before it leaves: Enter scrolls first', async () => {
    const tui = openCourse({ columns: 80, rows: 20 }, fixtureCourse, lesson('long'));
    await tui.shows('This step is only text');
    await tui.press(enter);
    await tui.hides('This step is only text');
    expect(tui.screen()).toContain('step 4 of 4');
  });

  it('loses no key that is pressed before it is known what was done the last time', async () => {
    const { promise, resolve } = Promise.withResolvers<ProgressStore>();
    const tui = openCourse({ columns: 80, rows: 20 }, fixtureCourse, {
      ...lesson('long'),
      openProgress: () => promise,
    });
    await tui.shows('This step is only text');
    await tui.press(enter);
    await tui.hides('This step is only text');
    const scrolled = tui.lines().slice(2, -2);
    resolve(memoryStore());
    await tui.shows('stack up');
    expect(tui.lines().slice(2, -2)).toEqual(scrolled);
  });

  it('asks its question when it is known whether it was answered before', async () => {
    const { promise, resolve } = Promise.withResolvers<ProgressStore>();
    const tui = openCourse(wide, fixtureCourse, { ...lesson('app-gone'), openProgress: () => promise });
    await tui.shows('The application server is gone');
    await tui.press(enter, '1', 'h');
    resolve(memoryStore());
    await tui.shows('1-9 answer');
    expect(tui.screen()).not.toContain('Locked');
  });

  it('goes on where it was left, and has a way to the first step', async () => {
    const store = memoryStore();
    const { course } = await loadCourse(fixtureCourse);
    const [file = ''] = course.lessons.map(({ file: of }) => of);
    for (const [at, step] of ['name', 'app-gone'].entries())
      void store.record({ type: 'step-seen', at, course: course.id, file, step });
    const tui = openCourse(small, fixtureCourse, {
      screen: { name: 'lesson', lesson: 'request' },
      openProgress: async () => store,
    });
    await tui.shows('step 2 of 4');
    await tui.shows('It goes on where you left it.');
    await tui.press('<');
    await tui.shows('step 1 of 4');
    expect(tui.screen()).not.toContain('It goes on where you left it.');
  });

  it.each([
    { columns: 60, rows: 16 },
    { columns: 80, rows: 24 },
  ])('is answered by nothing but a choice at $columns x $rows: Enter only reads on', async size => {
    const tui = openCourse(size, fixtureCourse, lesson('app-gone'));
    await tui.shows('stack up');
    for (let times = 0; times < 6; times++) await tui.press(enter);
    await tui.shows('1-9 answer');
    expect(tui.screen()).not.toContain('▶');
    expect(tui.screen()).not.toContain('Enter answer');
    await tui.press(keys.up);
    await tui.shows('Enter answer');
    // Up from none is the last one.
    const options = tui.lines().filter(text => /^\s*▶?\s*\d {2}/.test(text));
    expect(options.at(-1)).toContain('▶');
    await tui.press(keys.down);
    await tui.becomes('the first one', () => /▶ 1 {2}/.test(tui.screen()));
    await tui.press(enter);
    await tui.shows('Locked.');
  });

  it('loses no key of several that arrive at once', async () => {
    const tui = openCourse({ columns: 60, rows: 16 }, fixtureCourse, lesson('long'));
    await tui.shows('stack up');
    await tui.shows('This step is only text');
    await tui.press(pageDown);
    await tui.hides('This step is only text');
    const second = tui.screen();
    await tui.press(pageDown);
    await tui.becomes('the third page', () => tui.screen() !== second);
    const far = tui.screen();
    await tui.press('g');
    await tui.shows('This step is only text');
    await tui.press(pageDown + pageDown);
    await tui.becomes('the same page by keys that come together', () => tui.screen() === far);
  });

  it('shows the stack and the whole trace in the place of the text, also where both stand beside it', async () => {
    const tui = openCourse({ columns: 120, rows: 24 }, fixtureCourse, lesson('name'));
    await tui.shows('Enter runs it on the stack.');
    await tui.press(enter);
    await tui.shows('The answer came from');
    await tui.press(tab);
    await tui.hides('The answer came from');
    expect(tui.screen().split('browser on your machine')).toHaveLength(2);
    await tui.press(tab);
    await tui.shows('The answer came from');
  });

  it('switches to the picture where there is no room beside the text, and its menu rests meanwhile', async () => {
    const tui = openCourse(small, fixtureCourse, lesson('app-gone'));
    await tui.shows('stack up');
    await tui.shows('1-9 answer');
    await tui.press(tab);
    await tui.shows('browser on your machine');
    await tui.press('1');
    await tui.press(tab);
    await tui.shows('1-9 answer');
    expect(tui.screen()).not.toContain('Locked');
  });
});

describe('the stack', () => {
  it('is asked for again when it did not come up', async () => {
    let tries = 0;
    const openStack = async () => {
      tries++;
      if (tries === 1) throw new Error('no port is free');
      return liveStack();
    };
    const tui = openCourse(small, fixtureCourse, { ...lesson('name'), openStack });
    await tui.shows('stack failed');
    await tui.shows('Enter runs it on the stack.');
    await tui.press(enter);
    await tui.shows('8.8.8.8, 1.3 ms');
    await tui.shows('stack up');
  });
});

describe('the lab', () => {
  it('completes, runs, remembers, and says what it did not understand', async () => {
    const tui = openCourse(wide, fixtureCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press('req', tab);
    await tui.shows('▶ request');
    await tui.press('/guestbook', enter);
    await tui.shows('200 from app, via dns web app db');
    await tui.press('stpo app', enter);
    await tui.shows('did you mean');
    await tui.press(keys.up, keys.up);
    await tui.shows('▶ request /guestbook');
    await tui.press('\u0015', 'stop app\r');
    await tui.shows('stopped');
  });

  it('completes what arrives together with its Tab, and keeps it', async () => {
    const tui = openCourse(small, fixtureCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press('req\t/guest\t');
    await tui.shows('▶ request /guestbook');
    await tui.press(enter);
    await tui.shows('200 from app, via dns web app db');
    // With nothing typed it shows the stack.
    await tui.shows('Tab stack');
    await tui.press(tab);
    await tui.shows('browser on your machine');
    await tui.press(tab);
    await tui.shows('200 from app, via dns web app db');
  });

  it.each([
    ['a paste', '\u001b[200~stop app\r\nstatus\nstart a\u001b[201~'],
    ['a terminal without bracketed paste', 'stop app\rstatus\rstart a'],
  ])('runs the lines of %s one after another, and leaves the last one to be finished', async (_, pasted) => {
    const tui = openCourse(wide, fixtureCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press(pasted);
    await tui.shows('dns running, web running, app stopped, db running');
    await tui.shows('▶ start a');
    await tui.press('pp', enter);
    await tui.shows('app started');
  });

  it('runs nothing more of a paste that was cancelled', async () => {
    const stack = liveStack({ held: true });
    const tui = openCourse(wide, fixtureCourse, { screen: { name: 'lab' }, openStack: async () => stack });
    await tui.shows('stack up');
    await tui.press('request /\rstop app\rstop db\r');
    await tui.shows('Esc cancel');
    await tui.press(esc);
    await tui.shows('cancelled, and 2 more lines were not run');
    stack.release();
    expect(stack.status().every(({ state }) => state === 'running')).toBe(true);
  });

  it('remembers what was entered when it is left and opened again', async () => {
    const tui = openCourse(small, fixtureCourse);
    await tui.shows('Start with');
    await tui.press('4');
    await tui.shows('Every command runs');
    await tui.press('status', enter);
    await tui.shows('dns running');
    await tui.press(esc);
    await tui.shows('Start with');
    await tui.press('4');
    await tui.shows('Every command runs');
    await tui.press(keys.up);
    await tui.shows('▶ status');
  });

  it('shows rows in columns, and help in two, however narrow', async () => {
    const rows = [
      [1, 'Ada', 'Hello from the lab, which has a long story to tell you'],
      [10, 'Grace', 'Hi'],
    ];
    const sql = async () => ({ columns: ['id', 'name', 'message'], rows, affected: 0, durationMs: 1 });
    const openStack = async () => ({ ...liveStack(), sql });
    const tui = openCourse({ columns: 120, rows: 40 }, fixtureCourse, { screen: { name: 'lab' }, openStack });
    await tui.shows('stack up');
    await tui.press('sql "SELECT 1"', enter);
    await tui.shows('10 | Grace | Hi');
    await tui.shows(' 1 | Ada   | Hello from the lab, which has a long');
    tui.resize({ columns: 60, rows: 20 });
    await tui.press('help', enter);
    await tui.shows('resolve NAME [TYPE]');
    const [first, second] = tui.lines().filter(text => /^\s+resolve NAME|\s+past all caches/.test(text));
    expect(second?.search(/\S/)).toBe(first?.indexOf('asks'));
  });

  it('shows a part that was killed as crashed', async () => {
    const tui = openCourse(wide, fixtureCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press('kill app', enter);
    await tui.becomes('a crash in the picture', () => /✘ app.*crashed/.test(tui.screen()));
    await tui.press('status', enter);
    await tui.shows('app crashed');
  });
});

describe('a line being typed', () => {
  it('loses no key of several that arrive at once', async () => {
    const tui = openCourse(wide, fixtureCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press(`statux${'\u007f'}s\r`);
    await tui.shows('dns running');
    await tui.press(`fofo${keys.left}${keys.left}${'\u007f'}${'\u007f'}`);
    await tui.shows('▶ fo');
  });
});

describe('leaving', () => {
  it.each([
    ['q at home', 'q', 0],
    ['Ctrl+C', keys.ctrlC, 130],
  ])('by %s restores the terminal', async (_name, key, code) => {
    const tui = openCourse(small, fixtureCourse);
    await tui.shows('Start with');
    await tui.press(key);
    expect(await tui.code).toBe(code);
    expect(tui.raw()).toContain('\u001b[?1049h');
    expect(tui.raw()).toContain('\u001b[?1049l');
    expect(tui.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(tui.raw().lastIndexOf('\u001b[?25l'));
  });

  it('by an error in drawing prints it and gives 1', async () => {
    let printed = '';
    const stderr = Object.assign(new (await import('node:stream')).PassThrough(), { isTTY: false });
    stderr.on('data', data => {
      printed += String(data);
    });
    const broken = { id: 'x', dir: 'x', quizzes: [], lessons: [{ id: 'a', file: 'a' }] } as unknown as Course;
    const tui = openCourse(small, fixtureCourse, {
      loadCourse: async () => broken,
      stderr: stderr as unknown as NodeJS.WriteStream,
    });
    expect(await tui.code).toBe(1);
    expect(printed).toMatch(/^The screen could not be drawn: /);
    expect(tui.raw()).toContain('\u001b[?1049l');
  });
});

it('asks for a larger terminal, which can be left, and goes on where it was', async () => {
  const tui = openCourse({ columns: 50, rows: 12 }, fixtureCourse, { screen: { name: 'lessons' } });
  await tui.shows('Please make the terminal larger: 60x16');
  expect(tui.outside()).toEqual([]);
  tui.resize(small);
  await tui.shows('One request');
  tui.resize({ columns: 50, rows: 12 });
  await tui.shows('larger');
  await tui.press('q');
  expect(await tui.code).toBe(0);
});

it.each([
  { columns: 20, rows: 5 },
  { columns: 59, rows: 16 },
  { columns: 24, rows: 3 },
  { columns: 12, rows: 3 },
])('says in $columns x $rows how large it has to be, and how to leave', async size => {
  const tui = openCourse(size, fixtureCourse);
  await tui.shows('60x16');
  expect(tui.screen()).toContain('q quits');
  expect(tui.outside()).toEqual([]);
});

it('goes where it was told to go before that was known', async () => {
  const { promise, resolve } = Promise.withResolvers<ProgressStore>();
  const tui = openCourse(small, fixtureCourse, { openProgress: () => promise });
  await tui.shows('Start');
  await tui.press(enter);
  resolve(memoryStore());
  await tui.shows('step 1 of 4');
});

it('searches the lessons', async () => {
  const tui = openCourse(small, fixtureCourse, { screen: { name: 'lessons' } });
  await tui.shows('A second lesson');
  await tui.press('/', 'one re');
  await tui.hides('A second lesson');
  await tui.press(enter);
  await tui.shows('Enter choose');
  await tui.press(enter);
  await tui.shows('step 1 of 4');
});

it('points at the first lesson that is not done', async () => {
  const store = memoryStore();
  const of = { course: fixtureCourse, file: 'lessons/01-request.md', at: 1 };
  for (const step of ['name', 'app-gone', 'what', 'long'])
    await store.record({ type: 'step-done', ...of, step });
  const tui = openCourse(small, fixtureCourse, {
    screen: { name: 'lessons' },
    openProgress: async () => store,
  });
  await tui.shows('✔ One request');
  await tui.shows('▶ ○ A second lesson');
});

it('shows the same without colour, and without a single one', async () => {
  const texts: string[] = [];
  for (const colour of [true, false]) {
    const tui = openCourse(wide, fixtureCourse, { ...lesson('name'), colour });
    await tui.shows('Enter runs it on the stack.');
    await tui.shows('stack up');
    texts.push(tui.screen().replaceAll('`', ''));
    // Colours are 30 to 37, 90 to 97 and 38; bold and dim are not.
    if (!colour) expect(tui.raw()).not.toMatch(/\u001b\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m/);
    await tui.end();
  }
  expect(texts[1]?.replace(/\s+/g, ' ')).toBe(texts[0]?.replace(/\s+/g, ' '));
});

it('draws with ASCII alone where the terminal has no more', async () => {
  const tui = openCourse(wide, fixtureCourse, { ...lesson('name'), ascii: true });
  await tui.shows('Enter runs it on the stack.');
  await tui.press(enter);
  await tui.shows('8.8.8.8, 1.3 ms');
  expect(tui.screen()).toMatch(/^[\n -~]*$/);
});

it('lets no text of a course or of the stack drive the terminal', async () => {
  const { course } = await loadCourse(fixtureCourse);
  const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m';
  const [first] = course.lessons;
  if (!first) throw new Error('the fixture course has no lesson');
  const step = { ...(first.steps[0] as (typeof first.steps)[0]), title: `Evil ${evil}` };
  const text = { kind: 'text' as const, markdown: `Some ${evil} text`, line: 1 };
  const poisoned = {
    ...course,
    lessons: [{ ...first, title: `Lesson ${evil}`, steps: [{ ...step, items: [text] }] }],
  };
  const tui = openCourse(small, fixtureCourse, {
    loadCourse: async () => poisoned,
    screen: { name: 'lesson', lesson: 'request' },
    openStack: async () => {
      throw new Error(`failed ${evil}`);
    },
  });
  await tui.shows('Evil');
  await tui.shows('stack failed');
  await tui.press(tab);
  await tui.shows('did not come up');
  await tui.press('q', 'q');
  await tui.shows('Lesson');
  expect(tui.raw()).not.toContain('owned\u0007');
  expect(tui.raw()).not.toContain('\u001b]0;');
  expect(tui.raw()).not.toContain('\u009b');
});
