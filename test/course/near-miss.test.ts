import { expect, it } from 'vitest';
import { parseChallenge } from '../../src/course/parse-challenge.ts';

const fence = (kind: 'challenge' | 'solution' | 'near-miss', text: string, line: number) => ({
  kind,
  text,
  line,
});

it('a near miss says in its first comment why it is not enough', () => {
  const problems: unknown[] = [];
  const challenge = parseChallenge(
    [
      fence('challenge', 'goal request / => 200', 1),
      fence('solution', '# how it is done\nstart app', 4),
      fence('near-miss', '#  nobody was wrong there \nrestart web   # at all\n# and more', 8),
      fence('near-miss', 'restart db', 12),
    ],
    { report: (line, message) => problems.push([line, message]), stack: 'one-server' },
  );
  expect(problems).toEqual([]);
  expect(challenge?.nearMisses).toEqual([
    { line: 8, lines: [expect.objectContaining({ line: 10 })], lesson: 'nobody was wrong there' },
    { line: 12, lines: [expect.objectContaining({ line: 13 })] },
  ]);
});
