import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseLab } from '../../src/lab/language.ts';
import { shellWord } from '../../src/lab/shell.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { fakeStack, partStatus } from './fake-stack.ts';

const toolOf = (text: string, stack: Stack = fakeStack()): string | undefined => {
  const { lines, problems } = parseLab(text);
  if (!lines[0]) throw new Error(problems[0]?.message);
  return lines[0].command.tool?.(stack);
};

beforeEach(() => {
  for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const proxy = '-x 127.0.0.1:48080';
const mariadb = '-h 127.0.0.1 -P 43306 -u web -psecret foobar -e';

describe('the line for real tools', () => {
  test.each([
    ['resolve www.foobar.com', 'dig @127.0.0.1 -p 40053 www.foobar.com A'],
    ['resolve foobar.com ns', 'dig @127.0.0.1 -p 40053 foobar.com NS'],
    ['resolve mx', 'dig @127.0.0.1 -p 40053 mx. A'],
    ['request /guestbook', `curl -i ${proxy} http://www.foobar.com/guestbook`],
    ['request http://www.foobar.com:80/a?b=c&d#e', `curl -i ${proxy} 'http://www.foobar.com/a?b=c&d'`],
    ['request http://8.8.8.8/', `curl -i ${proxy} http://8.8.8.8/`],
    ['request /a[1-9]', `curl -i -g ${proxy} 'http://www.foobar.com/a[1-9]'`],
    ['request http://example.com/', `curl -i ${proxy} http://example.com/`],
    ['request http://www.foobar.com:8080/', `curl -i ${proxy} http://www.foobar.com:8080/`],
    ['request https://www.foobar.com/', `curl -i ${proxy} --cacert /nowhere/ca.pem https://www.foobar.com/`],
    [
      `post /guestbook name=Ada message="it's me & you"`,
      `curl -i ${proxy} --data-urlencode name=Ada --data-urlencode 'message=it'\\''s me & you' http://www.foobar.com/guestbook`,
    ],
    ['sql "SELECT 1"', `mariadb --protocol=tcp --skip-ssl ${mariadb} 'SELECT 1'`],
    // The client would run a shell for each of these without --binary-mode (seen with MariaDB 10.11).
    [
      'sql "SELECT 1 \\\\! id"',
      `mariadb --protocol=tcp --skip-ssl --binary-mode ${mariadb} 'SELECT 1 \\! id'`,
    ],
    ['sql "system id"', `mariadb --protocol=tcp --skip-ssl --binary-mode ${mariadb} 'system id'`],
    [
      'sql "SELECT 1;\\nsystem id"',
      `mariadb --protocol=tcp --skip-ssl --binary-mode ${mariadb} 'SELECT 1;\nsystem id'`,
    ],
    ['status', 'ps -o pid,stat,rss,args -p 101,102,103,104'],
    ['stop app', 'kill -TERM 103'],
    ['kill web@server-1', 'kill -s KILL -- -102'],
    ['pause server-1', 'kill -s STOP -- -102 -103 -104'],
    ['resume db', 'kill -s CONT -- -104'],
    ['reload web', 'kill -HUP 102'],
    ['start app', undefined],
    ['restart app', undefined],
    ['kill nobody', undefined],
    ['wait 1500ms', 'sleep 1.5'],
    ['logs web', undefined],
    ['forget', undefined],
    ['reset', undefined],
  ])('%s', (text, tool) => {
    expect(toolOf(text)).toBe(tool);
  });

  test('a stopped part has no process to send a signal to', () => {
    const stopped = () => partStatus().map(({ pid: _pid, ...part }) => part);
    expect(toolOf('kill app', fakeStack({ status: stopped }))).toBeUndefined();
    expect(toolOf('status', fakeStack({ status: stopped }))).toBeUndefined();
  });

  test('curl is kept from leaving the proxy out, because it would ask for the real site', () => {
    vi.stubEnv('NO_PROXY', '*');
    expect(toolOf('request /')).toBe(`curl -i ${proxy} --noproxy '' http://www.foobar.com/`);
  });

  test('there is no curl without the proxy', () => {
    expect(toolOf('request /', fakeStack({ proxy: undefined }))).toBeUndefined();
  });
});

/** The words that sh hands to each program, read back from the programs themselves. */
const wordsInShell = (lines: readonly string[]): string[][] => {
  const program = '{ for word in "$@"; do printf "%s\\0" "$word"; done; printf "\\0"; }';
  const script = ['curl', 'mariadb'].map(name => `${name}() ${program}`).join('\n');
  const output = execFileSync('sh', ['-c', `${script}\n${lines.join('\n')}\n`], { encoding: 'utf8' });
  return output
    .split('\0\0')
    .slice(0, -1)
    .map(words => words.split('\0'));
};

const hostile = [
  "'; touch /tmp/pwned; '",
  '$(id)`id`$HOME',
  '"\\" | > < & ! * ? ~ #',
  '-rf',
  "it's\\'",
  'one\ntwo',
  '\t=>\u00e9\u{1f600}',
];

describe.skipIf(process.platform === 'win32')('in sh (skipped on Windows: there is no sh)', () => {
  const quoted = (text: string) =>
    `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;

  test('hostile values arrive as they are', () => {
    const lines = hostile.flatMap(value => [
      toolOf(`post /guestbook name=${quoted(value)}`) ?? '',
      toolOf(`sql ${quoted(value)}`) ?? '',
    ]);
    const words = wordsInShell(lines);
    expect(
      words.map(found => found.filter((_, index) => found[index - 1]?.match(/^(-e|--data-urlencode)$/))),
    ).toEqual(hostile.flatMap(value => [[`name=${value}`], [value]]));
  });

  test('any words arrive as they are', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => !text.includes('\0'));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.constantFrom(...hostile)), { minLength: 1, maxLength: 200 }),
        words => {
          expect(wordsInShell([`curl ${words.map(shellWord).join(' ')}`])).toEqual([words]);
        },
      ),
      { numRuns: 30 },
    );
    expect(shellWord('')).toBe("''");
  });
});
