import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex, place, walk } from '../../src/course/tokens.ts';

/** Blocks whose text names a marker; containers nest them the way an author indents. */
type Build = (marker: () => string) => string[];

const leaf: fc.Arbitrary<Build> = fc.constantFrom<Build[]>(
  marker => [marker()],
  marker => [marker(), marker()],
  marker => [`### ${marker()}`],
  marker => ['```', marker(), marker(), '```'],
  marker => [`| ${marker()} | b |`, '|---|---|', `| ${marker()} | c |`, `| d | ${marker()} |`],
  marker => [`**${marker()}** and`, `\`${marker()}\``],
);

const spaced = (blocks: readonly string[][]): string[] =>
  blocks.flatMap(lines => [...lines, '']).slice(0, -1);

const indent = (lines: readonly string[], first: string): string[] =>
  lines
    .map((line, index) => (index === 0 ? first : ' '.repeat(first.length)) + line)
    .map(line => line.trimEnd());

const tree = fc.letrec<{ block: Build; blocks: Build }>(tie => ({
  blocks: fc
    .array(tie('block'), { minLength: 1, maxLength: 3 })
    .map(builds => marker => spaced(builds.map(build => build(marker)))),
  block: fc.oneof(
    { maxDepth: 3 },
    leaf,
    tie('blocks').map(
      (build): Build =>
        marker =>
          build(marker).map(line => `> ${line}`),
    ),
    tie('blocks').map(
      (build): Build =>
        marker =>
          indent(build(marker), '- '),
    ),
    tie('blocks').map(
      (build): Build =>
        marker => [...indent(build(marker), '1. '), ...indent(build(marker), '2. ')],
    ),
    tie('blocks').map(
      (build): Build =>
        marker =>
          indent([`[x] ${marker()}`, '', ...build(marker)], '- '),
    ),
  ),
})).blocks;

describe('place and walk', () => {
  it('give every token the line of the file that it stands in', () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 50 }), (build, firstLine) => {
        let count = 0;
        const lines = build(() => `marker${count++}x`);
        const found = place(lex(lines.join('\n')), firstLine).flatMap(walk);
        for (let index = 0; index < count; index++) {
          const marker = `marker${index}x`;
          const line = firstLine + lines.findIndex(text => text.includes(marker));
          const holders = found.filter(({ token }) => token.raw.includes(marker));
          const { token, line: start } = holders.at(-1) ?? { token: { raw: '' }, line: 0 };
          // The innermost token may begin above the marker, as a code block does.
          const above = token.raw.slice(0, token.raw.indexOf(marker)).split('\n').length - 1;
          expect(start + above, marker).toBe(line);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('lex', () => {
  it('takes what is nested too deeply as code', () => {
    for (const source of ['>'.repeat(5000), `${'- '.repeat(5000)}x`, `${'> - '.repeat(60)}x`])
      expect(lex(source)).toEqual([{ type: 'code', raw: source, text: source }]);
    expect(lex('> - '.repeat(20))[0]?.type).toBe('blockquote');
  });
});
