import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderInline, renderMarkdown, type TextOptions } from '../../src/course/terminal-text.ts';

const plain: TextOptions = { color: false };
const lines = (source: string, width = 40, options: TextOptions = plain): string[] =>
  renderMarkdown(source, width, options);

/** Shows escape sequences in a readable form. */
const seen = (text: string): string =>
  text
    .replaceAll('\u001B]8;;', '<link ')
    .replaceAll('\u0007', '>')
    .replace(/\u001B\[([\d;]*)m/g, '<$1>');

describe('inline text', () => {
  it('has its styles in tight list items too', () => {
    expect(lines('- **bold** and `code`\n- *em* ~~del~~', 40, {}).map(seen)).toEqual([
      '• <1>bold<22> and <33>code<39>',
      '• <3>em<23> <9>del<29>',
    ]);
  });

  it('goes on in the outer style behind an inner one', () => {
    expect(seen(renderInline('**a *b* c `d` e**'))).toBe('<1>a <3>b<23> c <33>d<39> e<22>');
    expect(seen(renderInline('**a **b** c**'))).not.toContain('<0>');
    expect(lines('## a **b** c', 40, {}).map(seen)).toEqual(['<1><36>a <1>b<22><1> c<39><22>']);
  });

  it('ends every style at the end of the line and starts it again', () => {
    expect(lines('> **one two three**', 12, {}).map(seen)).toEqual([
      '<2>▌<22> <1>one two<22>',
      '<2>▌<22> <1>three<22>',
    ]);
    expect(lines('**one  \ntwo**', 12, {}).map(seen)).toEqual(['<1>one<22>', '<1>two<22>']);
  });

  it('keeps colons, shortcodes and entities as they are meant', () => {
    expect(lines('a:b:c `x:y` :smile: &lt;b&gt; &amp;amp; &rarr; &#8594; &nosuch; `&lt;`')).toEqual([
      'a:b:c `x:y` :smile: <b> &amp; → →',
      '&nosuch; `&lt;`',
    ]);
  });

  it('without colours shows code by its backquotes', () => {
    expect(renderInline('**a** `b` ~~c~~ [d](#e)', plain)).toBe('a `b` ~c~ d');
  });

  it('makes one line of an option', () => {
    expect(renderInline('one\ntwo<br>three  \nfour', plain)).toBe('one two three four');
  });
});

describe('links', () => {
  it('show their address, with every sign of it', () => {
    expect(lines('[sum](https://example.org/?a=1+2&b=%20)', 80)).toEqual([
      'sum (https://example.org/?a=1+2&b=%20)',
    ]);
  });

  it('show an address only once', () => {
    expect(lines('<https://a.example/x> https://b.example [c](#c) <me@d.example>', 80)).toEqual([
      'https://a.example/x https://b.example c me@d.example',
    ]);
  });

  it('are hyperlinks where the terminal knows them', () => {
    expect(
      lines('[sum](https://example.org/?a=1+2)', 80, { color: false, hyperlinks: true }).map(seen),
    ).toEqual(['<link https://example.org/?a=1+2>sum<link >']);
  });

  it('are whole hyperlinks on every line', () => {
    expect(lines('[one two](https://e.example/)', 4, { color: false, hyperlinks: true }).map(seen)).toEqual([
      '<link https://e.example/>one<link >',
      '<link https://e.example/>two<link >',
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    'other.md',
    `https://e.example/${'a'.repeat(3000)}`,
  ])('to %s are none', address => {
    expect(renderInline(`[x](${address})`, { color: false, hyperlinks: true })).toBe(`x (${address})`);
  });

  it('cannot be broken out of', () => {
    const shown = renderInline('[x](<https://e.example/&#27;]8;;&#7;\u001B\\é y>)', {
      color: false,
      hyperlinks: true,
    });
    expect(seen(shown)).toBe('<link https://e.example/]8;;/%C3%A9%20y>x<link >');
  });

  it('as pictures are their description', () => {
    expect(lines('![The stack](stack.svg)')).toEqual(['[The stack]']);
  });
});

describe('lists', () => {
  it('are indented under their sign, at every depth', () => {
    expect(
      lines('- one two three four five\n  - six seven eight nine ten\n    1. eleven twelve thirteen', 16),
    ).toEqual([
      '• one two three',
      '  four five',
      '  • six seven',
      '    eight nine',
      '    ten',
      '    1. eleven',
      '       twelve',
      '       thirteen',
    ]);
  });

  it('are numbered from their start, the signs aligned to the right', () => {
    expect(lines('9. nine\n10. ten')).toEqual([' 9. nine', '10. ten']);
    expect(lines('0. zero')).toEqual(['0. zero']);
  });

  it('have one box for a task, tight and loose', () => {
    expect(lines('- [ ] open\n- [x] done')).toEqual(['[ ] open', '[x] done']);
    expect(lines('- [ ] open\n\n- [x] done\n\n  more')).toEqual(['[ ] open', '', '[x] done', '', '    more']);
    expect(lines('1. [x] done')).toEqual(['1. [x] done']);
  });

  it('keep the blank lines of a loose list, and have none when tight', () => {
    expect(lines('- a\n\n  b\n\n- c')).toEqual(['• a', '', '  b', '', '• c']);
    expect(lines('- a\n  1. b\n- c')).toEqual(['• a', '  1. b', '• c']);
  });

  it('hold any block', () => {
    expect(lines('- a\n\n  ```\n  code\n  ```\n\n  > quote')).toEqual([
      '• a',
      '',
      '  │ code',
      '',
      '  ▌ quote',
    ]);
    expect(lines('-\n- b')).toEqual(['•', '• b']);
  });
});

describe('quotes', () => {
  it('have a bar on every line', () => {
    expect(lines('> one two three four\n>\n> - five', 16)).toEqual([
      '▌ one two three',
      '▌ four',
      '▌',
      '▌ • five',
    ]);
  });

  it('with a mark are boxes', () => {
    expect(lines('> [!WARNING]\n> Take care.')).toEqual(['▌ Warning', '▌ Take care.']);
  });
});

describe('tables', () => {
  const table =
    '| Part | Does what | N |\n|:-----|:---:|--:|\n| web | serves files | 1 |\n| db | data | 20 |';

  it('are aligned', () => {
    expect(lines(table)).toEqual([
      'Part │  Does what   │  N',
      '─────┼──────────────┼───',
      'web  │ serves files │  1',
      'db   │     data     │ 20',
    ]);
  });

  it('shrink their widest column and wrap its cells', () => {
    expect(lines(table, 20)).toEqual([
      'Part │   Does   │  N',
      '     │   what   │',
      '─────┼──────────┼───',
      'web  │  serves  │  1',
      '     │  files   │',
      '─────┼──────────┼───',
      'db   │   data   │ 20',
    ]);
  });

  it('are a list of cells where no column fits', () => {
    expect(lines(table, 14)).toEqual([
      'Part: web',
      'Does what:',
      'serves files',
      'N: 1',
      '',
      'Part: db',
      'Does what:',
      'data',
      'N: 20',
    ]);
  });

  it('count cells of wide characters', () => {
    expect(lines('| a | b |\n|---|---|\n| 漢字 | x |')).toEqual(['a    │ b', '─────┼──', '漢字 │ x']);
  });
});

describe('code', () => {
  it('has a bar, two spaces for a tab, and another bar where a line goes on', () => {
    expect(lines('```\na\n\tb\n\n0123456789abcdef\n```', 12)).toEqual([
      '│ a',
      '│   b',
      '│',
      '│ 0123456789',
      '┊ abcdef',
    ]);
  });

  it('keeps every space', () => {
    expect(lines('```\n  a   b  c\n```')).toEqual(['│   a   b  c']);
  });

  it('is coloured by its language, and stays the same text', () => {
    const samples = {
      nginx: 'server { listen 80; # port\n}',
      sql: "SELECT 1 FROM t WHERE a = 'x'; -- note",
      typescript: 'const a: number = 1; /* a\nb */',
      js: 'const a = `x`; // b',
      sh: 'curl -s "http://x" | grep a # note',
      json: '{"a": [1, true]}',
      http: 'GET / HTTP/1.1\nHost: x\n\nbody',
    };
    for (const [language, code] of Object.entries(samples)) {
      const coloured = lines(`\`\`\`${language}\n${code}\n\`\`\``, 60, {});
      const bare = coloured.map(line => stripVTControlCharacters(line).trimEnd());
      expect(bare).toEqual(code.split('\n').map(line => `│ ${line}`.trimEnd()));
      expect(coloured.join('').match(/\u001B\[3\dm/g)?.length, language).toBeGreaterThan(0);
    }
    expect(lines('```nosuch\nif (x) {}\n```', 60, {}).map(seen)).toEqual(['<2>│<22> if (x) {}']);
  });
});

describe('other blocks', () => {
  it('are separated by one blank line', () => {
    expect(lines('# One\nText.\n***\nmore')).toEqual(['One', '', 'Text.', '', '─'.repeat(40), '', 'more']);
  });

  it('of HTML are shown as written, comments are not shown', () => {
    expect(lines('<!-- no\n\nno --> \n\n<div>yes</div>\n\na<!-- no -->b <b>c</b>')).toEqual([
      '<div>yes</div>',
      '',
      'ab <b>c</b>',
    ]);
  });

  it('are ASCII for poor terminals', () => {
    const source = '- a\n\n> b\n\n```\n0123456789abcdefghijkl\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n---';
    expect(lines(source, 20, { color: false, ascii: true })).toEqual([
      '* a',
      '',
      '> b',
      '',
      '| 0123456789abcdefgh',
      ': ijkl',
      '',
      'a | b',
      '--+--',
      'c | d',
      '',
      '--------------------',
    ]);
  });

  it('are nothing for nothing', () => {
    expect(lines('')).toEqual([]);
    expect(lines(' \n\n<!-- x -->')).toEqual([]);
  });
});
