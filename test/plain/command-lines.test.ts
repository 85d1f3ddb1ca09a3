import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellLine } from '../../src/lab/shell.ts';
import { commandLines } from '../../src/plain/command-lines.ts';
import { cells } from '../../src/plain/line.ts';

const curl =
  'curl -i -x 127.0.0.1:41234 --cacert /tmp/web-stack-tutor-x7Kq2p/ca.pem https://www.foobar.com/guestbook';

describe('a command on several lines', () => {
  it('stays on one where it fits', () => {
    expect(commandLines(curl, 120)).toEqual([curl]);
  });

  it('breaks between words, with the sign that a shell reads on behind', () => {
    expect(commandLines(curl, 70)).toEqual([
      'curl -i -x 127.0.0.1:41234 \\',
      '--cacert /tmp/web-stack-tutor-x7Kq2p/ca.pem \\',
      'https://www.foobar.com/guestbook',
    ]);
  });

  it('does not break inside of quotes', () => {
    const post = shellLine('curl', '--data-urlencode', "message=it's me & you", 'http://www.foobar.com/');
    expect(commandLines(post, 40)).toEqual([
      'curl --data-urlencode \\',
      `'message=it'\\''s me & you' \\`,
      'http://www.foobar.com/',
    ]);
  });

  it.skipIf(process.platform === 'win32')('means the same to a shell, whatever the words', () => {
    const word = fc.string({ maxLength: 12 }).filter(text => !/[\0-\x1f\x7f]/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), words => {
        const lines = commandLines(shellLine('printf', '%s|', ...words), 60);
        expect(Math.max(...lines.map(cells))).toBeLessThanOrEqual(60);
        // As it is copied from a screen, where the lines are indented.
        const script = lines.map(line => `    ${line}`).join('\n');
        const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(printed).toBe(words.map(each => `${each}|`).join(''));
      }),
      { numRuns: 40 },
    );
  });
});
