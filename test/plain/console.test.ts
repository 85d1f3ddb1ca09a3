import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openConsole } from '../../src/plain/console.ts';

const open = () => {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const controller = new AbortController();
  const console = openConsole({
    signal: controller.signal,
    interrupt: () => controller.abort(),
    streams: { stdin, stdout, stderr },
  });
  const printed = async () => {
    stdout.end();
    return text(stdout);
  };
  return { console, stdin, stderr, controller, printed };
};

describe('a console without a terminal', () => {
  it('gives each question its line, however early the lines came', async () => {
    const { console, stdin, printed } = open();
    stdin.end('one\ntwo\n');
    const first = await console.ask('1? ');
    // All lines are there before the next question.
    await new Promise(resolve => setImmediate(resolve));
    expect([first, await console.ask('2? '), await console.ask('3? ')]).toEqual(['one', 'two', undefined]);
    expect(await printed()).toBe('1? one\n2? two\n3? \n');
  });

  it('ends a question when the input ends', async () => {
    const { console, stdin, printed } = open();
    const asked = console.ask('? ');
    stdin.end();
    expect(await asked).toBeUndefined();
    expect(await printed()).toBe('? \n');
  });

  it('ends a question when the program is to end', async () => {
    const { console, controller } = open();
    const asked = console.ask('? ');
    controller.abort();
    expect(await asked).toBeUndefined();
    expect(await console.ask('? ')).toBeUndefined();
  });

  it('does not print what a terminal would obey', async () => {
    const { console, stdin, printed } = open();
    const asked = console.ask('? ');
    stdin.end('a\u001b[2Jb\nc\u0007\n');
    await asked;
    await new Promise(resolve => setImmediate(resolve));
    await console.ask('? ');
    expect(await printed()).toBe('? ab\n? c \n');
  });

  it('keeps messages out of the standard output', async () => {
    const { console, stderr, printed } = open();
    console.out('data  ', '');
    console.note('message');
    expect(stderr.read()?.toString()).toBe('message\n');
    expect(await printed()).toBe('data\n\n');
  });
});
