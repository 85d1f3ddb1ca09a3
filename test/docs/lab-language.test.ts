import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureWords, measureKinds } from '../../src/lab/expectation.ts';
import { toJson } from '../../src/lab/json.ts';
import { commandSpecs, type Observed, parseExpectation, parseLab } from '../../src/lab/language.ts';
import { loadResult, partStatus, resolution, sqlResult, trace } from '../lab/fake-stack.ts';

const page = readFileSync(new URL('../../docs/lab-language.md', import.meta.url), 'utf8');
const section = (title: string): string =>
  page.split(/^## /m).find(text => text.startsWith(`${title}\n`)) ?? '';
const rowsOf = (text: string): string[] =>
  text.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('|---'));

describe('docs/lab-language.md', () => {
  it('has the commands of the language, word by word', () => {
    expect(rowsOf(section('Commands')).slice(1)).toEqual(
      // A bar inside a cell would end it.
      commandSpecs.map(({ usage, help }) => `| \`${usage.replaceAll('|', '\\|')}\` | ${help} |`),
    );
  });

  it('has examples that can be read', () => {
    const fences = [...page.matchAll(/^```lab\n(.*?)^```/gms)].map(([, text = '']) => text);
    expect(fences).not.toEqual([]);
    for (const text of fences) expect(parseLab(text).problems).toEqual([]);
  });

  it('has expectations that can be read, and every word that is one', () => {
    const written = rowsOf(section('Expectations'))
      .slice(1)
      .map(row => /`(.*?)`/.exec(row)?.[1] ?? '');
    for (const text of written) expect(parseExpectation(text)).not.toHaveProperty('problem');
    for (const word of [...failureWords, ...Object.keys(measureKinds)])
      expect(section('Expectations')).toContain(`\`${word}\``);
  });

  it('has the shapes of the results', () => {
    const [line] = parseLab('reset').lines;
    if (!line) throw new Error('reset is a line');
    const shapes: Observed[] = [
      { kind: 'request', trace: trace() },
      { kind: 'resolve', resolution: resolution() },
      { kind: 'sql', result: sqlResult() },
      { kind: 'logs', lines: [] },
      { kind: 'status', parts: partStatus() },
      { kind: 'load', order: { ratePerS: 100, path: '/' }, result: loadResult() },
      {
        kind: 'deploy',
        order: { version: 'v2', by: 'rolling' },
        result: { ...loadResult(), ratePerS: 50, durationMs: 900, downMs: 0, mixedMs: 300 },
      },
      { kind: 'chaos', result: { matrix: [] } },
      { kind: 'done', durationMs: 1 },
      { kind: 'error', message: 'no' },
    ];
    const objects = shapes.map(observed => toJson({ line, ok: true, summary: '', observed }));
    const written = rowsOf(section('Results as JSON'))
      .slice(1)
      .map(row => /`(\{.*\})`/.exec(row)?.[1]);
    expect(written).toEqual(objects.map(({ observed }) => `{${Object.keys(observed).join(', ')}}`));
    expect(section('Results as JSON')).toContain(`{${Object.keys(objects[0] ?? {}).join(', ')}}`);
  });
});
