import { describe, expect, test } from 'vitest';
import { jsonLine, toJson } from '../../src/lab/json.ts';
import { parseLab } from '../../src/lab/language.ts';
import { askedLine, runBlock, runLines } from '../../src/lab/run.ts';
import { type Stack, StackError } from '../../src/stack/stack.ts';
import { failedTrace, fakeStack, partStatus, resolution, sqlResult, trace } from './fake-stack.ts';

const linesOf = (text: string) => {
  const { lines, problems } = parseLab(text);
  expect(problems).toEqual([]);
  return lines;
};
const { signal } = new AbortController();
const run = (text: string, stack: Stack = fakeStack()) => runLines(linesOf(text), stack, { signal });

describe('runLines', () => {
  test('asks the stack for what each command says', async () => {
    const stack = fakeStack();
    const script = [
      'resolve www.foobar.com',
      'resolve foobar.com aaaa',
      'request /a?b=c',
      'post /guestbook name="Ada L" __proto__=x text="a=b\\nc"',
      'sql "SELECT \'a\'"',
      'logs web',
      'logs app@server-1 7',
      'stop app',
      'start app@server-1',
      'restart server-1',
      'reload web',
      'kill db',
      'pause dns',
      'resume dns',
      'forget',
      'wait 1ms',
      'reset',
    ];
    const results = await run(script.join('\n'), stack);
    expect(results.map(({ ok }) => ok)).toEqual(script.map(() => true));
    expect(stack.asked).toEqual([
      ['resolve', 'www.foobar.com', 'A'],
      ['resolve', 'foobar.com', 'AAAA'],
      ['request', '/a?b=c', undefined],
      ['request', '/guestbook', JSON.parse('{"name": "Ada L", "__proto__": "x", "text": "a=b\\nc"}')],
      ['sql', "SELECT 'a'"],
      ['logs', 'web', undefined],
      ['logs', 'app@server-1', 7],
      ['control', 'stop', 'app'],
      ['control', 'start', 'app@server-1'],
      ['control', 'restart', 'server-1'],
      ['control', 'reload', 'web'],
      ['control', 'kill', 'db'],
      ['control', 'pause', 'dns'],
      ['control', 'resume', 'dns'],
      ['forget'],
      ['reset'],
    ]);
  });

  test('later lines still run after one that failed or could not be done', async () => {
    const stack = fakeStack({
      control: async () => {
        throw new StackError('"apo" is not in this stack');
      },
    });
    const results = await run('stop apo\nrequest / => 404\nrequest / => 200 from app', stack);
    expect(results.map(({ line, ok, expected, summary }) => [line.line, ok, expected, summary])).toEqual([
      [1, false, undefined, '"apo" is not in this stack; did you mean: stop app'],
      [2, false, '404', '200 from app, via dns web app db, 43 ms'],
      [3, true, '200 from app', '200 from app, via dns web app db, 43 ms'],
    ]);
  });

  test('what the stack refuses is expected by failed, not by ok', async () => {
    const stack = fakeStack({
      sql: async () => {
        throw new StackError("ERROR 1146 (42S02): Table 'foobar.x' doesn't exist");
      },
    });
    const results = await run(
      'sql "SELECT 1" => failed\nsql "SELECT 1" => ok\nsql "SELECT 1" => rows = 0',
      stack,
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, false, false]);
  });

  test('what the system refuses, such as a full disk does, ends one command and not the script', async () => {
    const stack = fakeStack({
      reset: () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })),
    });
    const results = await run('reset\nrequest / => 200 from app', stack);
    expect(results.map(({ ok, summary }) => [ok, summary])).toEqual([
      [false, 'ENOSPC: no space left'],
      [true, '200 from app, via dns web app db, 43 ms'],
    ]);
  });

  test('a fault of the program itself is never taken for an observation', async () => {
    const stack = fakeStack({
      request: async () => {
        throw new TypeError('x is not a function');
      },
    });
    await expect(run('request / => failed', stack)).rejects.toThrow(TypeError);
  });

  test('tells of each line before and after it ran, one by one', async () => {
    const told: unknown[] = [];
    let running = true;
    const stack = fakeStack({
      status: () => (running ? partStatus() : partStatus().map(({ pid: _pid, ...part }) => part)),
      control: async () => {
        running = false;
        told.push('control');
      },
    });
    const results = await runLines(linesOf('kill app\nreset'), stack, {
      signal,
      onStart: ({ command }, tool) => told.push(['start', command.source, tool]),
      onResult: ({ line, ok, tool }) => told.push(['result', line.command.source, ok, tool]),
    });
    expect(told).toEqual([
      ['start', 'kill app', 'kill -s KILL -- -103'],
      'control',
      ['result', 'kill app', true, 'kill -s KILL -- -103'],
      ['start', 'reset', undefined],
      ['result', 'reset', true, undefined],
    ]);
    expect(results).toHaveLength(2);
    expect(results[1]).not.toHaveProperty('tool');
  });

  test('when it is aborted, the running line gives no result and no further line starts', async () => {
    const abort = new AbortController();
    const started: string[] = [];
    const results = await runLines(linesOf('request /\nwait 10m\nrequest /'), fakeStack(), {
      signal: abort.signal,
      onStart: ({ command }) => {
        started.push(command.source);
        if (command.name === 'wait') queueMicrotask(() => abort.abort());
      },
    });
    expect(started).toEqual(['request /', 'wait 10m']);
    expect(results.map(({ line }) => line.command.source)).toEqual(['request /']);
  });

  test('nothing starts when it was aborted before', async () => {
    const started: unknown[] = [];
    const stack = fakeStack();
    const options = { signal: AbortSignal.abort(), onStart: (line: unknown) => started.push(line) };
    expect(await runLines(linesOf('forget'), stack, options)).toEqual([]);
    expect(await runBlock({ continues: false, lines: linesOf('forget') }, stack, options)).toEqual({
      results: [],
    });
    expect([started, stack.asked]).toEqual([[], []]);
  });

  test('does not wait for a command that takes no notice of the signal', async () => {
    const abort = new AbortController();
    const stack = fakeStack({ logs: () => new Promise(() => {}) });
    const results = await runLines(linesOf('logs web'), stack, {
      signal: abort.signal,
      onStart: () => queueMicrotask(() => abort.abort()),
    });
    expect(results).toEqual([]);
  });

  test('the error of an aborted command is no result either', async () => {
    const abort = new AbortController();
    const stack = fakeStack({
      control: async () => {
        abort.abort();
        throw new StackError('cancelled');
      },
    });
    expect(await runLines(linesOf('stop app\nreset'), stack, { signal: abort.signal })).toEqual([]);
    expect(stack.asked).toEqual([]);
  });
});

describe('runBlock', () => {
  test('puts the world back first, unless the block continues', async () => {
    const stack = fakeStack();
    const lines = linesOf('forget');
    await runBlock({ continues: false, lines }, stack, { signal });
    await runBlock({ continues: true, lines }, stack, { signal });
    expect(stack.asked).toEqual([['reset'], ['forget'], ['forget']]);
  });

  test('gives what the asked line observed', async () => {
    const stack = fakeStack({ request: async () => trace({ failure: 'refused' }) });
    const lines = linesOf('stop web\nrequest / => ?\nforget');
    expect(askedLine(lines)?.line).toBe(2);
    const { results, asked } = await runBlock({ continues: false, lines }, stack, { signal });
    expect(asked).toBe(results[1]?.observed);
    expect(results[1]).toMatchObject({ ok: true, observed: { trace: { failure: 'refused' } } });
    expect(results[1]).not.toHaveProperty('expected');
    expect(
      await runBlock({ continues: true, lines: linesOf('forget') }, stack, { signal }),
    ).not.toHaveProperty('asked');
  });

  test('runs nothing when it was aborted while the world was put back', async () => {
    const abort = new AbortController();
    const stack = fakeStack({ reset: async () => abort.abort() });
    const run = await runBlock({ continues: false, lines: linesOf('forget => ?') }, stack, {
      signal: abort.signal,
    });
    expect(run).toEqual({ results: [] });
    expect(stack.asked).toEqual([]);
  });
});

describe('toJson', () => {
  const json = async (text: string, stack: Stack = fakeStack()) =>
    JSON.parse(jsonLine((await run(text, stack)).map(toJson)[0]));

  test('a request', async () => {
    expect(await json('# first\nrequest / => 200')).toEqual({
      line: 2,
      command: 'request /',
      ok: true,
      expected: '200',
      observed: {
        status: 200,
        from: 'app',
        failure: null,
        via: ['dns', 'web', 'app', 'db'],
        durationMs: 43.21,
      },
    });
    expect(await json('request /', fakeStack({ request: async () => failedTrace('timeout') }))).toEqual({
      line: 1,
      command: 'request /',
      ok: true,
      expected: null,
      observed: { status: null, from: null, failure: 'timeout', via: ['dns'], durationMs: 43.21 },
    });
  });

  test.each([
    ['resolve www.foobar.com', { outcome: 'ok', values: ['8.8.8.8'], durationMs: 1.235 }],
    [
      'sql "SELECT 1"',
      {
        columns: ['id', 'name'],
        rows: [
          [1, 'Ada'],
          [2, null],
        ],
        affected: 0,
        durationMs: 2.5,
      },
    ],
    ['logs web', { lines: ['one line', 'another'] }],
    ['status', { parts: partStatus().map((part, at) => ({ ...part, pid: at === 0 ? null : part.pid })) }],
    ['stop app', { message: 'app stopped', durationMs: expect.any(Number) }],
    ['wait 1ms', { message: null, durationMs: expect.any(Number) }],
  ])('%s', async (text, observed) => {
    const { hop } = resolution();
    const stack = fakeStack({
      resolve: async () => resolution({ hop: { ...hop, durationMs: 1.2345678 } }),
      status: () =>
        partStatus().map(({ pid, ...part }, at) => (at === 0 ? part : { ...part, pid: pid ?? 0 })),
    });
    expect(await json(text, stack)).toEqual({ line: 1, command: text, ok: true, expected: null, observed });
  });

  test('a command that could not be done', async () => {
    const reset = async () => {
      throw new StackError('no');
    };
    expect(await json('reset => ok', fakeStack({ reset }))).toEqual({
      line: 1,
      command: 'reset',
      ok: false,
      expected: 'ok',
      observed: { error: 'no' },
    });
  });

  test('is one line, and nothing in it drives a terminal', async () => {
    const result = sqlResult({ columns: ['x'], rows: [['\u001b[2J\u009b2J\u007f\n\u2028']] });
    const [found] = await run('sql "SELECT 1"', fakeStack({ sql: async () => result }));
    const text = jsonLine(toJson(found as NonNullable<typeof found>));
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(text).observed.rows).toEqual(result.rows);
  });
});
