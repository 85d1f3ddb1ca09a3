import { afterEach, describe, expect, it } from 'vitest';
import type { Stack } from '../../../src/stack/stack.ts';
import type { TopologyName } from '../../../src/stack/topology.ts';
import { loadResult } from '../../lab/fake-stack.ts';
import { liveStack } from '../fake-stack.ts';
import { fixtureCourse } from '../fixtures.ts';
import { keys, openCourse, type Size, unmountAll } from '../terminal.ts';
import { order, underLoad, window } from './loads.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };
const wide = { columns: 120, rows: 40 };
const { tab, enter, esc, ctrlC, up, down, left, right } = keys;

const openLab = async (
  size: Size,
  { held = false, name = 'one-server' as TopologyName, changes = {} as Partial<Stack> } = {},
) => {
  const stack = liveStack({ held, name });
  const tui = openCourse(size, fixtureCourse, {
    screen: { name: 'lab' },
    openStack: async () => Object.defineProperties(stack, Object.getOwnPropertyDescriptors(changes)),
  });
  await tui.shows('Every command runs');
  await tui.shows('stack up');
  return { tui, stack };
};

describe('the prompt', () => {
  it('opens the help at ? while nothing is typed, and types it otherwise', async () => {
    const { tui } = await openLab(small);
    await tui.press('?');
    await tui.shows('Keys here');
    await tui.press('?');
    await tui.hides('Keys here');
    await tui.press('request /slow?ms');
    await tui.shows('▶ request /slow?ms');
    expect(tui.screen()).not.toContain('Keys here');
  });

  it('names the keys that scroll, once there is something to scroll', async () => {
    const { tui } = await openLab(small);
    expect(tui.lines().at(-1)).not.toContain('scroll');
    await tui.press('help', enter);
    await tui.shows('PgUp/PgDn scroll');
    await tui.press(keys.pageUp);
    await tui.shows('Every command runs');
  });

  it('explains once that some bars have no place', async () => {
    const { tui } = await openLab({ columns: 80, rows: 60 });
    await tui.press('request /', enter);
    await tui.shows('report how long they took');
    await tui.press('request /', enter);
    await tui.hides('report how long they took');
    expect(tui.screen()).toContain('db 1 query');
  });
});

describe('a command that runs', () => {
  it.each([
    ['Esc', esc],
    ['Ctrl+C', ctrlC],
  ])('is cancelled by %s, which does not end the program', async (_, key) => {
    const { tui, stack } = await openLab(small, { held: true });
    await tui.press('request /', enter);
    await tui.shows('Esc cancel');
    await tui.shows('request /');
    await tui.press(key);
    await tui.shows('cancelled');
    stack.release();
    await tui.press('status', enter);
    await tui.shows('dns running');
    await tui.press(ctrlC);
    expect(await tui.code).toBe(130);
  });

  it('lets keys act on the stack beside it when it is a load', async () => {
    const { tui, stack } = await openLab(small, { held: true });
    await tui.press('load 100/s for 30s', enter);
    await tui.shows('Esc cancel');
    await tui.press(tab);
    await tui.shows('↑↓ select');
    await tui.press(right, 'x');
    await tui.shows('✘ app crashed');
    expect(stack.controlled).toEqual(['kill app']);
    stack.release();
    await tui.press(tab);
    await tui.shows('✔ load 100/s for 30s');
    await tui.shows('✔ kill app');
  });

  it('has keys wait when it does more than wait', async () => {
    const { tui, stack } = await openLab(small, { held: true });
    await tui.press('request /', enter);
    await tui.shows('Esc cancel');
    await tui.press(tab);
    await tui.shows('↑↓ select');
    await tui.press('x');
    expect(stack.controlled).toEqual([]);
    stack.release();
    await tui.shows('✘ web');
    expect(stack.controlled).toEqual(['kill web']);
  });
});

describe('the stack', () => {
  it('has keys that do what a command does, and show it as that command', async () => {
    const { tui, stack } = await openLab(wide);
    await tui.press(tab);
    await tui.shows('[● web');
    await tui.press(down, down);
    await tui.press(left);
    await tui.shows('[server-1]');
    await tui.press('p');
    await tui.shows('✔ pause server-1');
    await tui.press('p');
    await tui.shows('✔ resume server-1');
    await tui.press(right, right, 'o');
    await tui.shows('✔ stop app');
    await tui.press('o');
    await tui.shows('✔ start app');
    await tui.press('r', 'R');
    await tui.shows('✔ reload app');
    await tui.press(up, 'x');
    await tui.shows('✔ kill dns');
    expect(stack.controlled).toEqual([
      'pause server-1',
      'resume server-1',
      'stop app',
      'start app',
      'restart app',
      'reload app',
      'kill dns',
    ]);
    await tui.press(esc);
    await tui.shows('Tab stack');
  });

  it('shows at 80 columns what a key did, and which parts do not run', async () => {
    const { tui } = await openLab(small, { name: 'mended' });
    await tui.press(tab, 'o');
    await tui.shows('✔ stop balancer@balancer-1  balancer@balancer-1 stopped');
    await tui.press(tab);
    await tui.shows('○ balancer@balancer-1 stopped');
  });

  it('keeps the target of a key when another takes its place', async () => {
    const { tui, stack } = await openLab(wide, { name: 'mended' });
    await tui.press(tab, 'x');
    await tui.shows('✔ kill balancer@balancer-1');
    await stack.change({ type: 'take-over', server: 'balancer-2' });
    await tui.shows('balancer standby crashed');
    await tui.press('o');
    await tui.shows('✔ start balancer@balancer-1');
    expect(stack.controlled).toEqual(['kill balancer@balancer-1', 'start balancer@balancer-1']);
  });

  it('is drawn anew when it is changed', async () => {
    const { tui, stack } = await openLab(wide);
    await stack.change({ type: 'add', what: 'balancer' });
    await tui.shows('balancer-1');
    await stack.change({ type: 'add', what: 'server' });
    await tui.shows('10.0.0.12');
    await tui.press('stop app@server-2', enter);
    await tui.shows('✔ stop app@server-2');
    await tui.becomes('a stopped part', () => /○ app .*stopped/.test(tui.screen()));
  });

  it('shows where TLS is spoken once the browser has done so', async () => {
    const { tui } = await openLab(wide);
    expect(tui.screen()).not.toContain(':443');
    await tui.press('request https://www.foobar.com/', enter);
    await tui.shows(':80 :443 │');
  });

  it('has trace, logs and meters of its own, also at 80 columns', async () => {
    let lines = ['first line of the log'];
    const { tui, stack } = await openLab(small, { name: 'mended', changes: { logs: async () => lines } });
    await tui.press('request /guestbook', enter);
    await tui.shows('via dns web app db');
    await tui.press(tab, 't');
    await tui.shows('The last request');
    await tui.press(keys.pageDown, keys.pageDown);
    await tui.shows('SELECT name, text FROM entries');
    await tui.press('l');
    await tui.shows('Logs of balancer@balancer-1');
    await tui.shows('first line of the log');
    lines = [...lines, 'and then a second one'];
    await tui.shows('and then a second one');
    await tui.press('m');
    await tui.shows('No visitors yet');
    underLoad(stack, { seconds: 3, failing: true });
    await tui.shows('503 from app 40/s, refused 12/s');
    await tui.press(esc);
    await tui.shows('↑↓ select');
  });
});

describe('the meters', () => {
  it('are there while a load goes on, and its result afterwards', async () => {
    const { tui, stack } = await openLab(wide);
    expect(tui.screen()).not.toContain('error budget');
    stack.tellLoad({ type: 'begun', order });
    for (let at = 0; at < 8; at++)
      stack.tellLoad({ type: 'window', window: window(at * 250, { served: 50 }) });
    await tui.shows('2 s of 120 s');
    await tui.becomes('200 a second', () => /served +200\/s/.test(tui.screen()));
    stack.tellLoad({ type: 'window', window: window(2000, { served: 49, failed: { '502 from web': 1 } }) });
    stack.tellLoad({ type: 'ended', result: loadResult() });
    await tui.shows('on /guestbook  is over');
    await tui.shows('502 from web 1');
    expect(tui.screen()).toMatch(/served +449 /);
  });

  it('stand in two lines above the prompt at 80 columns', async () => {
    const { tui, stack } = await openLab(small);
    underLoad(stack, { seconds: 4, failing: true });
    await tui.shows('503 from app 40/s');
    const lines = tui.lines();
    const at = lines.findIndex(text => text.includes('served'));
    expect(lines[at]).toMatch(/served +148\/s .* failed +52\/s .* p50 .* p99/);
    expect(lines[at + 1]).toMatch(/available 87\.00 %, budget used/);
    expect(lines.findIndex(text => text.includes('▶'))).toBeGreaterThan(at);
  });

  it('write only what changed, twice a second of the load', async () => {
    const { tui, stack } = await openLab(wide);
    underLoad(stack, { seconds: 60, failing: true });
    await tui.shows('60 s of 120 s');
    const frames = (): number => tui.raw().split('\u001b[?2026h').length;
    const before = { bytes: Buffer.byteLength(tui.raw()), frames: frames() };
    for (let at = 240; at < 280; at++) {
      stack.tellLoad({
        type: 'window',
        window: window(at * 250, { served: 40 + (at % 7), failed: { refused: 3 } }),
      });
      // Each is seen before the next one comes, as in a real load.
      if (at % 2 === 1) await tui.shows(`${Math.round((at + 1) / 4)} s of 120 s`);
    }
    const updates = frames() - before.frames;
    expect(updates).toBeGreaterThan(5);
    expect(updates).toBeLessThanOrEqual(21);
    expect((Buffer.byteLength(tui.raw()) - before.bytes) / updates).toBeLessThan(2048);
  });
});
