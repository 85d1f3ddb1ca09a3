import { describe, expect, test } from 'vitest';
import { runScript, type ScriptOptions } from '../../src/lab/script.ts';
import { StackError } from '../../src/stack/stack.ts';
import { failedTrace, fakeStack, trace } from './fake-stack.ts';

const runText = async (text: string, changes: Partial<ScriptOptions> = {}) => {
  const out: string[] = [];
  const err: string[] = [];
  let opened = 0;
  const stack = fakeStack({
    request: async target => (target === '/down' ? failedTrace('refused') : trace()),
    control: async (_, target) => {
      throw new StackError(`"${target}" is not in this stack`);
    },
  });
  const code = await runScript({
    text,
    fileName: 'a.lab',
    json: false,
    signal: new AbortController().signal,
    openStack: async () => {
      opened++;
      return stack;
    },
    out: line => out.push(line),
    err: line => err.push(line),
    ...changes,
  });
  return { code, out, err, opened, asked: stack.asked };
};

describe('runScript', () => {
  test('a script with errors runs nothing, not even the stack', async () => {
    expect(await runText('reset\nreste\nrequest / => nope')).toEqual({
      code: 2,
      out: [],
      err: [
        'a.lab:2: "reste" is not a command; did you mean: reset',
        expect.stringMatching(/^a\.lab:3: "nope" is not an expectation/),
      ],
      opened: 0,
      asked: [],
    });
  });

  test('0 when everything held, in readable lines', async () => {
    const { code, out, err, opened } = await runText('request / => 200 from app # fine\nlogs web');
    expect({ code, err, opened }).toEqual({ code: 0, err: [], opened: 1 });
    expect(out).toEqual([
      '> request /',
      expect.stringMatching(/^ {2}\$ curl -i /),
      '  200 from app, via dns web app db, 43 ms',
      '  ✔ as expected: 200 from app',
      '> logs web',
      '  one line',
      '  another',
      '  2 lines',
      '  ✔ done',
      '2 of 2 held',
    ]);
  });

  test('1 when an expectation failed or a command could not be done, with words beside the marks', async () => {
    const { code, out } = await runText('request /down => 200\nforget => ok', {
      marks: { yes: '+', no: 'x' },
    });
    expect(code).toBe(1);
    expect(out.filter(line => !line.includes('$'))).toEqual([
      '> request /down',
      '  the browser says: refused',
      '  refused, via dns, 43 ms',
      '  x expected 200, observed refused, via dns, 43 ms',
      '> forget',
      expect.stringMatching(/^ {2}caches and cookies are empty, /),
      '  + as expected: ok',
      '1 of 2 held',
    ]);
    const undone = await runText('stop apo');
    expect(undone.code).toBe(1);
    expect(undone.out).toEqual([
      '> stop apo',
      '  "apo" is not in this stack; did you mean: stop app',
      '  ✘ could not be done',
      '0 of 1 held',
    ]);
  });

  test('JSON Lines and nothing else on standard output', async () => {
    const { code, out, err } = await runText('request /down => refused\nstop apo', { json: true });
    expect(code).toBe(1);
    expect(err).toEqual([]);
    expect(out.map(line => JSON.parse(line))).toEqual([
      {
        line: 1,
        command: 'request /down',
        ok: true,
        expected: 'refused',
        observed: { status: null, from: null, failure: 'refused', via: ['dns'], durationMs: 43.21 },
      },
      {
        line: 2,
        command: 'stop apo',
        ok: false,
        expected: null,
        observed: { error: '"apo" is not in this stack; did you mean: stop app' },
      },
    ]);
  });

  test('130 when it was interrupted', async () => {
    const abort = new AbortController();
    const out: string[] = [];
    const { code } = await runText('request /\nwait 10m\nrequest /', {
      json: true,
      signal: abort.signal,
      out: line => {
        out.push(line);
        abort.abort();
      },
    });
    expect(code).toBe(130);
    expect(out).toHaveLength(1);
  });

  test('a script without commands holds', async () => {
    expect(await runText('# nothing\n')).toMatchObject({ code: 0, out: ['0 of 0 held'] });
  });
});
