import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimed,
  firstView,
  type Health,
  heard,
  type Other,
  readWord,
  reasonToClaim,
  told,
  type View,
  wordOf,
} from '../../../../src/stack/parts/failover/election.ts';

const [one, two] = ['balancer-1', 'balancer-2'];
const standby = (balancer: Health, other: Other): View => ({
  ...firstView('balancer-2', 'balancer-1'),
  balancer,
  other,
});

describe('who holds the address', () => {
  it.each<[Health, Other, string | undefined]>([
    ['up', 'gone', 'balancer-1 is gone'],
    ['up', 'silent', 'balancer-1 says nothing any more'],
    ['up', 'down', 'the balancer of balancer-1 is gone'],
    ['up', 'up', undefined],
    ['up', 'unknown', undefined],
    ['up', 'unheard', undefined],
    ['down', 'gone', undefined],
    ['unknown', 'gone', undefined],
  ])('with a balancer that is %s, while the other one is %s: %s', (balancer, other, reason) => {
    expect(reasonToClaim(standby(balancer, other))).toBe(reason);
    // Who holds it never claims.
    expect(reasonToClaim({ ...standby(balancer, other), holder: 'balancer-2' })).toBeUndefined();
  });

  it('stays with whom the plan has given it to until that one has been up', () => {
    const given = told({ ...standby('up', 'gone'), holder: 'balancer-2' }, 'balancer-1');
    expect(reasonToClaim(given)).toBeUndefined();
    const word = wordOf(firstView('balancer-1', 'balancer-1'));
    const starting = heard(given, { ...word, balancer: 'down' });
    expect(reasonToClaim(starting)).toBeUndefined();
    const up = heard(starting, { ...word, balancer: 'up' });
    expect(reasonToClaim(heard(up, { ...word, balancer: 'down' }))).toBe(
      'the balancer of balancer-1 is gone',
    );
  });

  it('is agreed upon as soon as both hear each other, whatever each has seen before', () => {
    const health = fc.constantFrom<Health>('unknown', 'up', 'down');
    const step = fc.oneof(
      fc.record({ who: fc.nat(1), type: fc.constant('hear' as const) }),
      fc.record({
        who: fc.nat(1),
        type: fc.constant('lose' as const),
        other: fc.constantFrom<Other>('gone', 'silent'),
      }),
      fc.record({ who: fc.nat(1), type: fc.constant('own' as const), balancer: health }),
      fc.record({
        who: fc.nat(1),
        type: fc.constant('told' as const),
        holder: fc.constantFrom('balancer-1', 'balancer-2'),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const views: [View, View] = [
          firstView('balancer-1', 'balancer-1'),
          firstView('balancer-2', 'balancer-1'),
        ];
        const settle = (who: 0 | 1, next: View): void => {
          views[who] = reasonToClaim(next) ? claimed(next) : next;
        };
        const hear = (who: 0 | 1): void => settle(who, heard(views[who], wordOf(views[who === 0 ? 1 : 0])));
        for (const given of steps) {
          const who = given.who as 0 | 1;
          const view = views[who];
          if (given.type === 'hear') hear(who);
          else if (given.type === 'lose') settle(who, { ...view, other: given.other });
          else if (given.type === 'own') settle(who, { ...view, balancer: given.balancer });
          else settle(who, told(view, given.holder));
        }
        // From now on nothing happens but that they hear each other.
        for (let turn = 0; turn < 4; turn++) for (const who of [0, 1] as const) hear(who);
        expect(views[0].holder).toBe(views[1].holder);
        const holder = views[0].holder;
        for (let turn = 0; turn < 3; turn++) for (const who of [0, 1] as const) hear(who);
        // It does not go to and fro.
        expect([views[0].holder, views[1].holder]).toEqual([holder, holder]);
        // And whoever could hold it does, unless the one who holds it can as well.
        const [mine, other] = views[0].server === holder ? views : [views[1], views[0]];
        if (mine.balancer === 'down' && !other.patient) expect(other.balancer).not.toBe('up');
      }),
      { numRuns: 2000 },
    );
  });

  it('is what the one says who knows of more changes', () => {
    const holder = firstView(one as string, one as string);
    const word = wordOf(claimed(standby('up', 'silent')));
    expect(heard({ ...holder, balancer: 'up' }, word)).toMatchObject({ holder: two, term: 1, other: 'up' });
    expect(heard(claimed(standby('up', 'gone')), wordOf(holder))).toMatchObject({ holder: two, term: 1 });
  });
});

describe('what a failover process says', () => {
  it('is read back, and anything else is not', () => {
    const word = wordOf(standby('up', 'up'));
    expect(readWord(JSON.stringify(word))).toEqual(word);
    for (const line of ['', '{', 'null', '{}', '3', '{"server":"x","balancer":"odd","holder":"x","term":1}'])
      expect(readWord(line)).toBeUndefined();
  });
});
