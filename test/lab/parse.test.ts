import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandSpecs, parseLab } from '../../src/lab/language.ts';
import { editDistance, nearest } from '../../src/lab/nearest.ts';

const read = (text: string, firstLine?: number) => {
  const { lines, problems } = parseLab(text, firstLine);
  return {
    lines: lines.map(({ line, command, expectation }) => [
      line,
      command.name,
      command.source,
      expectation?.kind,
    ]),
    problems,
  };
};

const problemOf = (text: string) => {
  const { lines, problems } = parseLab(text);
  expect(lines).toEqual([]);
  return problems[0]?.message;
};

describe('parseLab', () => {
  test('reads the block of the design', () => {
    const block = [
      'stop app',
      'request /guestbook => ?',
      'request /style.css => 200 from web   # a file needs no application server',
      '',
      '# and back',
      'start app',
      '  request /guestbook =>   200 from app ',
    ].join('\n');
    expect(read(block, 41)).toEqual({
      lines: [
        [41, 'stop', 'stop app', undefined],
        [42, 'request', 'request /guestbook', 'asked'],
        [43, 'request', 'request /style.css', 'status'],
        [46, 'start', 'start app', undefined],
        [47, 'request', 'request /guestbook', 'status'],
      ],
      problems: [],
    });
  });

  test('counts lines the same whatever ends them, and skips a byte order mark', () => {
    expect(read('\uFEFFreset\r\nforget\rstatus\n\r\nreset').lines.map(([line]) => line)).toEqual([
      1, 2, 3, 5,
    ]);
  });

  test('goes on behind a problem, so that all of them are told at once', () => {
    const { lines, problems } = parseLab('reset\nreste\nforget now\nreset', 7);
    expect(lines.map(({ line }) => line)).toEqual([7, 10]);
    expect(problems).toEqual([
      { line: 8, message: '"reste" is not a command; did you mean: reset' },
      { line: 9, message: 'forget: nothing stands behind it, but there is "now"; usage: forget' },
    ]);
  });

  test.each([
    ['sql "a => b"', 'sql "a => b"', undefined],
    ['sql "=>"', 'sql "=>"', undefined],
    ['sql "a => b" => ok', 'sql "a => b"', 'ok'],
    ["sql 'a # b' => ok # => failed", "sql 'a # b'", 'ok'],
    ['request /a=>b => failed', 'request /a=>b', 'failed'],
    ['request /#top => ok', 'request /#top', 'ok'],
  ])('%j keeps what stands in quotes and words apart from its expectation', (text, source, kind) => {
    expect(read(text)).toEqual({ lines: [[1, text.split(' ')[0], source, kind]], problems: [] });
  });

  test('the last => is the one that counts', () => {
    expect(problemOf('request / => 200 => ok')).toContain('there is also "=>"');
    expect(problemOf('request / =>')).toContain('an expectation is missing');
    expect(problemOf('=> ok')).toBe('a command is missing before "=>"');
    expect(problemOf('request / => nope')).toContain('"nope" is not an expectation');
    expect(problemOf('request / => "ok"')).toContain('is not an expectation');
  });

  test.each([
    ['deploi v2', '"deploi" is not a command; did you mean: deploy v1|v2 by'],
    ['deploy v3 by rolling', 'which version?'],
    ['deploy v2 rolling', 'in which way?'],
    ['add', 'what? one of balancer, server'],
    ['add everything', 'what? one of'],
    ['move web', 'only the database can be moved'],
    ['promote', 'the replica on which server?'],
    ['scale server-1 16', 'to how many?'],
    ['delay server-1', 'by how much?'],
    ['edit', 'which file?'],
    ['replace nginx.conf "2s"', 'which text by which other?'],
    ['sql "SELECT 1" on', 'on which server?'],
    ['reqest /', '"reqest" is not a command; did you mean: request PATH-or-URL'],
    ['STOP app', '"STOP" is not a command; did you mean: stop TARGET'],
    ['xyzzyxyzzyx', '"xyzzyxyzzyx" is not a command; there are: resolve request post sql'],
    [`${'s'.repeat(5000)} x`, `"${'s'.repeat(40)}..." is not a command; there are: `],
    ['\u001b[2J', 'control characters are not allowed'],
    ['sql "\u009b"', 'control characters are not allowed'],
    ['sql "SELECT 1', 'the quote at column 5 is not closed'],
    ['resolve', 'resolve: which name?; usage: resolve NAME [TYPE]'],
    ['resolve -x.com', '"-x.com" is not a domain name'],
    ['resolve a..b', '"a..b" is not a domain name'],
    ['resolve @8.8.8.8', '"@8.8.8.8" is not a domain name'],
    [`resolve ${'a.'.repeat(127)}com`, 'is not a domain name'],
    ['resolve x.com BOGUS', '"BOGUS" is not one of the record types A AAAA CNAME MX NS SOA TXT'],
    ['resolve x.com A B', 'but also "B"'],
    ['request', 'which path or URL?'],
    ['request ftp://x/', 'not ftp://'],
    ['request http://[/', 'is no address'],
    ['request http://me:secret@www.foobar.com/', 'no user and password'],
    ['post "a b" x=1', 'is no address'],
    ['request / /', 'there is also "/"'],
    ['post', 'which path or URL?'],
    ['post /guestbook', 'which field=value?'],
    ['post /guestbook name', '"name" is not field=value'],
    ['post /guestbook =x', '"=x" is not field=value'],
    ['post /guestbook a=1 a=2', 'the field "a" is there twice'],
    ['sql', 'which statement?'],
    ['sql " "', 'which statement?'],
    ['sql SELECT 1', 'put the statement in quotes'],
    ['logs', 'of which part?'],
    ['logs web 0', '"0" is not a number of lines'],
    ['logs web 1.5', '"1.5" is not a number of lines'],
    ['logs web 5 6', 'there is also "6"'],
    ['kill', 'kill: which part (web), part on a server (web@server-1) or server?; usage: kill TARGET'],
    ['kill web app', 'there is also "app"'],
    ['wait', 'how long?'],
    ['wait 2', 'how long?'],
    ['wait -1s', 'how long?'],
    ['wait 2s 3s', 'how long?'],
    ['wait 11m', '10 minutes at most'],
    ['status web', 'there is "web"'],
    ['chaos now', 'there is "now"'],
  ])('%j is a problem', (text, message) => {
    expect(problemOf(text)).toContain(message);
  });

  test('every example of the table is a line of the language, and starts as its usage does', () => {
    for (const { name, usage, examples } of commandSpecs) {
      expect(usage.split(' ')[0]).toBe(name);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const { lines, problems } = parseLab(example);
        expect(problems).toEqual([]);
        expect(lines.map(({ command }) => command.name)).toEqual([name]);
      }
    }
  });

  test('any text gives lines or problems, in order, and never both for one line', () => {
    const names = commandSpecs.map(({ name }) => name);
    const pieces = fc.array(
      fc.constantFrom(
        ...names,
        '"',
        "'",
        '\\',
        '#',
        '=>',
        '=',
        ' ',
        '\n',
        '\r',
        '/',
        'http://',
        '200',
        'a=b',
        '2s',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map(words => words.join(' ')),
        ),
        text => {
          const { lines, problems } = parseLab(text);
          const numbers = [...lines, ...problems].map(({ line }) => line);
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
          for (const { command } of lines) expect(names).toContain(command.name);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what a line shows as its source reads as the same command again', () => {
    const value = fc.string().filter(text => !/\p{Cc}/u.test(text) && text.trim() !== '');
    fc.assert(
      fc.property(value, value, (statement, comment) => {
        const quoted = `"${statement.replace(/["\\]/g, '\\$&')}"`;
        const { lines } = parseLab(`  sql   ${quoted} => rows = 1 # ${comment}`);
        expect(lines[0]?.command.source).toBe(`sql   ${quoted}`);
        expect(parseLab(lines[0]?.command.source ?? '').lines[0]?.command.source).toBe(`sql   ${quoted}`);
      }),
    );
  });
});

describe('nearest', () => {
  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['stop', 'stop', 0],
    ['sotp', 'stop', 1],
    ['strat', 'start', 1],
    ['rest', 'reset', 1],
    ['kitten', 'sitting', 3],
  ])('%s and %s are %i slips apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is symmetric, and zero only for equal words', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  test('offers nothing for a word that is too far from all', () => {
    expect(nearest('restrat', ['reset', 'restart'])).toBe('restart');
    expect(nearest('qqqq', ['reset', 'restart'])).toBeUndefined();
  });
});
