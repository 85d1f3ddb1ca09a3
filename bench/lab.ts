/** The lab's screen under load: how soon a key is seen, how much is written, what the tutor's own process takes. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { ms, type Result } from './measure.ts';
import { cli } from './start.ts';

const ratePerS = 500;
const keys = 80;
const quietMs = 10_000;
/** A sign that stands nowhere else on the screen. */
const key = 'Z';

export const benchLab = async (env: Record<string, string>): Promise<Result[]> => {
  const args = [cli, 'lab', '--engine', 'embedded'];
  const tutor = spawn(process.execPath, args, { cols: 120, rows: 40, env: { ...env, LANG: 'C.UTF-8' } });
  const exit = new Promise<void>(resolve => tutor.onExit(() => resolve()));
  let written = '';
  let heard = () => {};
  tutor.onData(data => {
    written += data;
    heard();
  });
  const shows = async (text: string): Promise<void> => {
    while (!written.includes(text)) await sleep(20);
  };
  try {
    await shows('Every command runs');
    await shows('stack up');
    tutor.write(`load ${ratePerS}/s in background\r`);
    await shows('error budget');
    // The meters fill up at first.
    await sleep(5000);
    const begun = { cpuMs: cpuMs(tutor.pid), at: performance.now() };
    written = '';
    await sleep(quietMs);
    const bytes = Buffer.byteLength(written);
    const updates = written.split('\u001b[?2026h').length - 1;
    const share = (cpuMs(tutor.pid) - begun.cpuMs) / (performance.now() - begun.at);
    const times: number[] = [];
    for (let count = 1; count <= keys; count++) {
      await sleep(110 + Math.random() * 80);
      written = '';
      const { promise: seen, resolve } = Promise.withResolvers<void>();
      heard = () => written.includes(key) && resolve();
      const started = performance.now();
      tutor.write(key);
      await seen;
      times.push(performance.now() - started);
      heard = () => {};
      if (count % 20 === 0) tutor.write('\u0015');
    }
    const p95 = times.toSorted((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] ?? Number.NaN;
    const at = `at ${ratePerS}/s`;
    return [
      {
        name: `lab screen ${at}: key to frame, p95 / 60 ms`,
        ratio: p95 / 60,
        bound: { atMost: 1 },
        detail: `${ms(p95)} of ${keys} keys`,
      },
      {
        name: `lab screen ${at}: bytes of a meter update / 2 KB`,
        ratio: bytes / updates / 2048,
        bound: { atMost: 1 },
        detail: `${Math.round(bytes / updates)} bytes, ${((updates * 1000) / quietMs).toFixed(1)} updates a second`,
      },
      ...(share === undefined || Number.isNaN(share)
        ? [{ name: `lab screen ${at}: the tutor's own process`, skipped: 'needs /proc' }]
        : [
            {
              name: `lab screen ${at}: the tutor's own process / a third of a core`,
              ratio: share * 3,
              bound: { atMost: 1 },
              detail: `${(share * 100).toFixed(0)} % of a core`,
            },
          ]),
    ];
  } finally {
    tutor.write('\u0003');
    await exit;
  }
};

/** Processor time that a process has taken, from proc(5), whose clock ticks are hundredths of a second. */
const cpuMs = (pid: number): number => {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
