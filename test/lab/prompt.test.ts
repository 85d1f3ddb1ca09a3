import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandSpecs, complete, helpRows } from '../../src/lab/language.ts';
import { topology } from './fake-stack.ts';

describe('complete', () => {
  const names = commandSpecs.map(({ name }) => name);
  test.each<[string, string[]]>([
    ['', names],
    ['  ', names.map(name => `  ${name}`)],
    ['res', ['resolve', 'restart', 'resume', 'reset']],
    ['stop', []],
    [
      'stop ',
      [
        'dns',
        'dns-1',
        'dns@dns-1',
        'web',
        'server-1',
        'web@server-1',
        'app',
        'app@server-1',
        'db',
        'db@server-1',
      ].map(target => `stop ${target}`),
    ],
    ['stop a', ['stop app', 'stop app@server-1']],
    ['stop app ', []],
    ['logs d', ['logs dns', 'logs dns@dns-1', 'logs db', 'logs db@server-1']],
    ['resolve f', ['resolve foobar.com']],
    ['resolve foobar.com N', ['resolve foobar.com NS']],
    ['request /s', ['request /sign-in', 'request /style.css', 'request /slow?ms=500']],
    ['post /g', ['post /guestbook']],
    ['post /guestbook n', ['post /guestbook name=']],
    ['wait ', ['wait 500ms', 'wait 2s']],
    ['sql "SEL', []],
    ['sql "SELECT 1"', []],
    ['sql "SELECT 1" => ro', ['sql "SELECT 1" => rows']],
    ['request / => n', ['request / => nxdomain', 'request / => nodata']],
    ['request / => 502 ', ['request / => 502 from']],
    ['request / => 502 from w', ['request / => 502 from web']],
    ['request / => via dns ', ['web', 'app', 'db'].map(part => `request / => via dns ${part}`)],
    ['request / => ok ', []],
    ['nope ', []],
    ['# res', []],
    ['reset # res', []],
  ])('%j', (input, candidates) => {
    expect(complete(input, topology)).toEqual(candidates);
  });

  test('every candidate goes on where the input stops', () => {
    const pieces = fc.array(fc.constantFrom(...names, '"', '=>', '#', '200', 'via', 'd', '/', ' '), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map(words => words.join(' ')),
        ),
        input => {
          for (const candidate of complete(input, topology)) {
            expect(candidate.startsWith(input)).toBe(true);
            expect(candidate).not.toBe(input);
          }
        },
      ),
    );
  });
});

describe('help', () => {
  test('has a row for each command: how it is written, and what it does', () => {
    const rows = helpRows();
    expect(rows[0]).toEqual(['resolve NAME [TYPE]', 'asks the DNS server for a name, past all caches']);
    expect(rows.slice(0, commandSpecs.length)).toEqual(commandSpecs.map(spec => [spec.usage, spec.help]));
  });

  test('shows the examples of one command, and the nearest name for an unknown one', () => {
    expect(helpRows('wait')).toEqual([
      ['wait 2s', 'waits that long (ms, s or m)'],
      ['such as', 'wait 2s'],
      ['', 'wait 500ms'],
    ]);
    expect(helpRows('weit')).toEqual([['"weit" is not a command; did you mean: wait']]);
    expect(helpRows('qqqqqqqq')[0]?.[0]).toContain('there are: resolve request');
  });
});
