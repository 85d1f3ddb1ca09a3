import { targetUrl } from '../../stack/browser/target.ts';
import type { Stack } from '../../stack/stack.ts';
import { followLoad, latest, type Meters, noLoad } from '../../stack/traffic/meters.ts';
import { defaultPath, type LoadOrder, orderProblem } from '../../stack/traffic/order.ts';
import type { Observed } from '../language.ts';
import { loadProgress } from '../load-text.ts';
import { defineCommand } from './spec.ts';
import { readTime } from './time.ts';

type Args = { act: 'stop' } | { act: 'send'; order: LoadOrder };
type Parsed = { args: Args } | { problem: string };

const pages = [defaultPath, '/', '/style.css'];

/** As the browser writes it, so that every character can be sent. */
const readPath = (written: string): string | undefined => {
  try {
    const { pathname, search } = targetUrl(written);
    return written.startsWith('/') && !written.startsWith('//') ? pathname + search : undefined;
  } catch {
    return undefined;
  }
};

const parse = ([rate = '', ...words]: readonly string[]): Parsed => {
  if (rate === 'stop')
    return words.length === 0
      ? { args: { act: 'stop' } }
      : { problem: `nothing stands behind stop, but there is "${words[0]}"` };
  const [, perSecond] = /^(\d{1,9})\/s$/.exec(rate) ?? [];
  if (perSecond === undefined) return { problem: 'how many visitors a second? such as 100/s, or stop' };
  const [preposition, time = '', ...rest] = words;
  const background = preposition === 'in' && time === 'background';
  const durationMs = preposition === 'for' ? readTime(time) : undefined;
  if (!background && durationMs === undefined)
    return { problem: 'for how long? such as "for 10s", or "in background"' };
  const [on, written = defaultPath, ...more] = rest;
  if ((on !== undefined && (on !== 'on' || rest.length === 1)) || more.length > 0)
    return { problem: 'behind the time there may only be: on PATH' };
  const path = readPath(written);
  if (path === undefined) return { problem: `"${written}" is no path of the site; it begins with /` };
  const order: LoadOrder = {
    ratePerS: Number(perSecond),
    path,
    ...(durationMs !== undefined && { durationMs }),
  };
  const problem = orderProblem(order);
  return problem === undefined ? { args: { act: 'send', order } } : { problem };
};

const send = async (
  order: LoadOrder,
  stack: Stack,
  signal: AbortSignal,
  tell: (progress: string) => void,
): Promise<Observed> => {
  const start = performance.now();
  const background = order.durationMs === undefined;
  // What goes on in the background outlives its command, and the signal is that of the command.
  const load = await stack.load(order, background ? undefined : signal);
  if (background) {
    if (signal.aborted) await load.cancel();
    return {
      kind: 'done',
      message: `${order.ratePerS}/s on ${order.path} in the background until "load stop"`,
      durationMs: performance.now() - start,
    };
  }
  let meters: Meters = followLoad(noLoad, { type: 'begun', order });
  let seconds = 0;
  const unsubscribe = load.subscribe(window => {
    meters = followLoad(meters, { type: 'window', window });
    const reading = latest(meters);
    const now = Math.floor(window.toMs / 1000);
    if (!reading || now === seconds) return;
    seconds = now;
    tell(loadProgress(order, reading));
  });
  try {
    return { kind: 'load', order, result: await load.done };
  } finally {
    unsubscribe();
  }
};

const stop = async (stack: Stack): Promise<Observed> => {
  const load = stack.currentLoad;
  if (!load) return { kind: 'error', message: 'there is no load that could be stopped' };
  return { kind: 'load', order: load.order, result: await load.stop() };
};

export const load = defineCommand<Args>({
  name: 'load',
  usage: 'load RATE/s for TIME [on PATH]',
  help: 'sends visitors; "in background" instead of a time goes on until "load stop"',
  examples: [
    'load 100/s for 5s => failed = 0, p99 < 250ms',
    'load 300/s for 5s on /style.css => availability >= 99.9%',
    'load 50/s in background',
    'load stop',
  ],
  parse,
  run: (args, stack, signal, tell) =>
    args.act === 'stop' ? stop(stack) : send(args.order, stack, signal, tell),
  complete: before => {
    const [rate, , time] = before;
    if (rate === undefined) return ['50/s', '100/s', '300/s', 'stop'];
    if (rate === 'stop') return [];
    return (
      [['for', 'in'], before[1] === 'in' ? ['background'] : ['5s', '10s'], time ? ['on'] : [], pages][
        before.length - 1
      ] ?? []
    );
  },
});
