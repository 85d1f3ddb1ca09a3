import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAfter, type Recall } from '../../src/progress/schedule.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

const history = fc
  .array(fc.record({ after: fc.nat(40 * day), recall: fc.constantFrom<Recall>('again', 'hard', 'good') }), {
    maxLength: 12,
  })
  .map(all => {
    let at = 0;
    return all.map(({ after, recall }) => {
      at += after;
      return { at, recall };
    });
  });

describe('a schedule', () => {
  it('knows nothing of what was always right at once', () => {
    expect(dueAfter([])).toBeUndefined();
    expect(dueAfter([{ at: 5, recall: 'good' }])).toBeUndefined();
  });

  it('brings what was wrong back the same day, and what took two tries a little later', () => {
    expect(dueAfter([{ at: 0, recall: 'again' }])).toBe(10 * minute);
    expect(dueAfter([{ at: 0, recall: 'hard' }])).toBe(15 * minute);
  });

  it('goes further and further away while it is right when it is due, and comes back when it is wrong', () => {
    const asked: { at: number; recall: Recall }[] = [{ at: 0, recall: 'again' }];
    const waits: number[] = [];
    for (let times = 0; times < 6; times++) {
      const due = dueAfter(asked) ?? 0;
      waits.push(due - (asked.at(-1)?.at ?? 0));
      asked.push({ at: due, recall: 'good' });
    }
    expect(waits.every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0))).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(20 * day);
    const due = dueAfter(asked) ?? 0;
    expect(dueAfter([...asked, { at: due, recall: 'again' }])).toBe(due + 10 * minute);
  });

  it('does not move for what is right before it is due', () => {
    fc.assert(
      fc.property(history, fc.nat(), (asked, early) => {
        const due = dueAfter(asked);
        const last = asked.at(-1)?.at ?? 0;
        fc.pre(due !== undefined && due > last);
        const at = last + (early % ((due ?? 0) - last));
        expect(dueAfter([...asked, { at, recall: 'good' }])).toBe(due);
      }),
    );
  });

  it('always lies behind the last time that counted, and is the same for the same answers', () => {
    fc.assert(
      fc.property(history, asked => {
        const due = dueAfter(asked);
        expect(dueAfter(asked)).toBe(due);
        const wrong = asked.findLast(({ recall }) => recall !== 'good');
        if (wrong) expect(due).toBeGreaterThan(wrong.at);
        else expect(due).toBeUndefined();
      }),
    );
  });
});
