/** How soon something is there: the first frame, the first lesson, the first answer of the whole stack. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawn as spawnPty } from '@lydell/node-pty';
import type { EngineChoice } from '../src/stack/engine-choice.ts';
import { findInstalled } from '../src/stack/engines.ts';
import { inTurns, ms, type Result, timeNode } from './measure.ts';

export const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));
const rounds = 9;

export const benchStart = async (env: Record<string, string>): Promise<Result[]> => {
  const home = () => timeToScreen([], 'Lessons', env);
  const lesson = () => timeToScreen(['learn', 'user-story'], 'presses Enter', env);
  // The compile cache is written when the program ends: the first two starts are not the warm ones.
  for (const warmUp of [home, lesson, home, lesson]) await warmUp();
  const [homeMs, nodeMs] = await inTurns(rounds, home, timeNode);
  const [lessonMs, nodeAgainMs] = await inTurns(rounds, lesson, timeNode);
  const [answerMs, nodeOnceMoreMs] = await inTurns(rounds, () => timeToAnswer('embedded', env), timeNode);
  return [
    {
      name: 'first frame of the home screen / node -e 0',
      ratio: homeMs / nodeMs,
      bound: { atMost: 4.5 },
      detail: `${ms(homeMs)} / ${ms(nodeMs)}`,
    },
    {
      name: 'first lesson text / node -e 0',
      ratio: lessonMs / nodeAgainMs,
      bound: { atMost: 9 },
      detail: `${ms(lessonMs)} / ${ms(nodeAgainMs)}`,
    },
    {
      name: 'nothing to first 200 through all parts / node -e 0',
      ratio: answerMs / nodeOnceMoreMs,
      bound: { atMost: 10 },
      detail: `${ms(answerMs)} / ${ms(nodeOnceMoreMs)}`,
    },
    await benchInstalledStart(env),
  ];
};

const benchInstalledStart = async (env: Record<string, string>): Promise<Result> => {
  const name = 'nothing to first 200 with installed parts, warm template / node -e 0';
  const missing = Object.values(await findInstalled()).flatMap(({ reason }) => reason ?? []);
  if (missing.length > 0) return { name, skipped: missing.join('; ') };
  const answer = () => timeToAnswer('installed', env);
  // The first one makes MariaDB's data directory.
  for (const warmUp of [answer, answer]) await warmUp();
  const [answerMs, nodeMs] = await inTurns(rounds, answer, timeNode);
  return { name, ratio: answerMs / nodeMs, bound: { atMost: 12 }, detail: `${ms(answerMs)} / ${ms(nodeMs)}` };
};

/** Milliseconds until the text stands on the screen of a terminal; the tutor is then left by its own keys. */
const timeToScreen = (args: readonly string[], text: string, env: Record<string, string>): Promise<number> =>
  new Promise(resolve => {
    const started = performance.now();
    const tutor = spawnPty(process.execPath, [cli, ...args], { cols: 80, rows: 24, env });
    let screen = '';
    let elapsed: number | undefined;
    tutor.onData(data => {
      screen += data;
      if (elapsed !== undefined || !screen.includes(text)) return;
      elapsed = performance.now() - started;
      tutor.write('\u0003');
    });
    tutor.onExit(() => resolve(elapsed ?? Number.NaN));
  });

const timeToAnswer = (engine: EngineChoice, env: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [cli, 'request', '/guestbook', '--json', '--engine', engine], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let elapsed = Number.NaN;
    child.stdout.once('data', data => {
      elapsed = performance.now() - started;
      if (!String(data).includes('"outcome":"200 from app"')) reject(new Error(`no 200: ${data}`));
    });
    child.once('exit', () => resolve(elapsed));
  });
