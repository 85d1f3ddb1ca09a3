import { isDeepStrictEqual } from 'node:util';
import { type Watch, watchBalancer } from './balancer-watch.ts';
import { beatMs, planBeats } from './beat.ts';
import { claimed, firstView, heard, reasonToClaim, told, type View, wordOf } from './election.ts';
import type { Job, JobContext } from './job.ts';
import { watchOther } from './other-watch.ts';
import type { AddressPlan } from './protocol.ts';
import { openVoice } from './voice.ts';

/**
 * Takes the site's address over when the balancer that holds it, or its whole machine, is gone. What happens when the
 * two do not see the same:
 * - The holder is paused: it misses its heartbeats and loses the address. When it goes on, the first word of the other
 *   one tells it so, because that one knows of more changes; until then it claims nothing, since a holder never does.
 * - Only the holder's failover process dies: the address moves although the balancer is well; nobody notices.
 * - Both balancers are gone: nobody claims, and who held the address goes on to hold it.
 * - They do not hear each other although both live: each thinks that the other is gone, and the one that stands by
 *   claims. The network sends visitors to one place only, to the one that claimed last.
 */
export const watchAddress = async (
  first: AddressPlan,
  { listen, log, report }: JobContext,
): Promise<Job<AddressPlan>> => {
  let plan = first;
  let view = firstView(plan.server, plan.holder);
  const voice = await openVoice(listen, wordOf(view));

  const become = (next: View, why = ''): void => {
    const before = view;
    view = next;
    if (view.holder !== before.holder) log(`${view.holder} holds the address${why}`);
    const reason = reasonToClaim(view);
    if (reason) {
      view = claimed(view);
      log(`${reason}: ${view.server} takes the address over`);
      report({ type: 'claim', balancer: view.server });
    }
    // At once, not at the next beat.
    if (!isDeepStrictEqual(wordOf(view), wordOf(before))) voice.say(wordOf(view));
  };

  const watches = (): Watch[] => [
    watchBalancer(plan.balancer, (balancer, why) => {
      log(`the balancer of ${plan.server} is ${balancer}: ${why}`);
      become({ ...view, balancer });
    }),
    watchOther(
      plan.other,
      word => {
        const before = view.other;
        if (before !== word.balancer)
          log(
            `${plan.other.server} says that its balancer is ${word.balancer === 'unknown' ? 'not known yet' : word.balancer}`,
          );
        become(heard(view, word), `, says ${plan.other.server}`);
      },
      (other, why) => {
        if (other === view.other) return;
        log(`${plan.other.server} is ${other}: ${why}`);
        become({ ...view, other });
      },
    ),
  ];

  log(`watches ${plan.other.server} and the balancer of ${plan.server}; ${plan.holder} holds the address`);
  let watching = watches();
  let patienceBeats = 0;
  const beats = setInterval(() => {
    for (const watch of watching) watch.beat();
    if (view.patient && --patienceBeats <= 0) become({ ...view, patient: false });
    voice.say(wordOf(view));
  }, beatMs);

  return {
    follow: next => {
      const moved = !isDeepStrictEqual([next.balancer, next.other], [plan.balancer, plan.other]);
      plan = next;
      if (moved) {
        for (const watch of watching) watch.close();
        watching = watches();
      }
      patienceBeats = planBeats;
      become(told(view, plan.holder), ', says the plan');
    },
    close: () => {
      clearInterval(beats);
      for (const watch of watching) watch.close();
      voice.close();
    },
  };
};
