import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificate, isUnchanged } from '../../src/progress/certificate.ts';
import type { QuizSummary, Summary } from '../../src/progress/summary.ts';

const passed: QuizSummary = {
  file: 'quizzes/spof.md',
  id: 'spof',
  title: 'Single points of failure',
  questions: 12,
  runs: 2,
  best: { points: 11.5, outOf: 12, share: 11.5 / 12, at: '2026-01-02T03:04:05.000Z' },
  passed: true,
  halfWay: null,
  pointsSoFar: null,
  gain: null,
  challenges: [
    {
      id: 'mend-it',
      title: 'Mend it',
      passed: {
        at: '2026-01-03T03:04:05.000Z',
        run: 'run-17',
        measurements: { 'availability >= 99%': '99.8 %', failed: 3 },
      },
    },
  ],
  mastery: { share: 1, reached: true },
};
const open: QuizSummary = {
  ...passed,
  id: 'request',
  title: 'The request',
  best: null,
  passed: false,
  challenges: [],
  mastery: { share: 0, reached: false },
};
const summary: Summary = { course: 'built-in', lessons: [], quizzes: [passed, open], continue: null };
const of = { name: 'Ada', at: Date.UTC(2026, 1, 1), program: 'web-stack-tutor 1.0.0', course: 'built-in' };

describe('a certificate', () => {
  const lines = certificate(summary, of);

  it('says what was passed, when, and what shows it', () => {
    const text = lines.join('\n');
    expect(text).toContain('Name:    Ada');
    expect(text).toContain('11.5 of 12 points, 95 %, on 2026-01-02');
    expect(text).toContain('Passed: Mend it (challenge spof#mend-it)');
    expect(text).toContain('on 2026-01-03, run run-17');
    expect(text).toContain('- availability >= 99%: 99.8 %');
    expect(text).toContain('- failed: 3');
    expect(text).toContain('Not passed: The request.');
    expect(text).toContain('who has done the work');
    expect(lines.filter(line => line.length > 80)).toEqual(lines.slice(-1));
  });

  it('has a name only when one was given, and nothing passed is said as such', () => {
    const nobody = certificate({ ...summary, quizzes: [open] }, { ...of, name: undefined }).join('\n');
    expect(nobody).not.toContain('Name:');
    expect(nobody).toContain('No quiz has been passed yet.');
  });

  it('ends with a checksum that any change of the text breaks', () => {
    expect(isUnchanged(lines)).toBe(true);
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.string({ minLength: 1 }), (at, added) => {
        expect(isUnchanged(lines.with(at, `${lines[at]}${added}`))).toBe(false);
      }),
    );
    expect(isUnchanged(lines.slice(1))).toBe(false);
    expect(isUnchanged([])).toBe(false);
  });
});
