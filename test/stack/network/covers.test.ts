import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversIn, switchFile } from '../../../src/stack/network/covers.ts';

describe('nsswitch.conf inside', () => {
  it('looks names up in /etc/hosts and DNS only, and leaves the rest to the learner', () => {
    const own =
      'passwd: files systemd\n  hosts:\tfiles mymachines resolve [!UNAVAIL=return] dns\nnetworks: files';
    expect(switchFile(own)).toBe('passwd: files systemd\nnetworks: files\nhosts: files dns\n');
  });

  it('has one line for hosts, whatever it was', () => {
    const line = fc.constantFrom(
      '',
      '# hosts: x',
      'hosts: resolve',
      ' hosts : dns',
      'group: files',
      'netgroup: nis',
    );
    fc.assert(
      fc.property(fc.array(line), lines => {
        const inside = switchFile(lines.join('\n')).split('\n');
        expect(inside.filter(text => /^\s*hosts\s*:/.test(text))).toEqual(['hosts: files dns']);
        const others = (all: string[]) => all.filter(text => text !== '' && !/^\s*hosts\s*:/.test(text));
        expect(others(inside)).toEqual(others(lines));
      }),
    );
  });
});

it('covers the resolver and the trusted authorities, each file once', () => {
  const dir = mkdtempSync(join(tmpdir(), 'covers-'));
  const { covers, hidden } = coversIn(dir, '/the/authority.pem');
  const over = covers.map(cover => cover.over);
  expect(over).toEqual([...new Set(over)]);
  expect(hidden).toEqual([...new Set(hidden)]);
  for (const { from } of covers.filter(cover => cover.from.endsWith('resolv.conf')))
    expect(readFileSync(from, 'utf8')).toMatch(/^nameserver 127\.0\.0\.1$/m);
  expect(coversIn(dir, undefined).covers.map(cover => cover.from)).not.toContain('/the/authority.pem');
});
