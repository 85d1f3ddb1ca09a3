/** Who of two holds the site's address, as one of them sees it. Pure. */

/** Of a balancer; not known before it has answered once. */
export type Health = (typeof healths)[number];
const healths = ['unknown', 'up', 'down'] as const;

/** What a failover process says of itself ten times a second. */
export interface Word {
  server: string;
  balancer: Health;
  /** Who holds the address, as far as it knows. */
  holder: string;
  /** How often the address has changed hands: who knows of more changes is right. */
  term: number;
}

/** What is known of the other process: its balancer, or why there is nothing to be known. */
export type Other = Health | 'unheard' | 'gone' | 'silent';

export interface View extends Word {
  other: Other;
  /** The plan has given the address to the other one, which may be on its way: it is not claimed before it was up. */
  patient: boolean;
}

export const firstView = (server: string, holder: string): View => ({
  server,
  holder,
  term: 0,
  balancer: 'unknown',
  other: 'unheard',
  patient: false,
});

export const wordOf = ({ server, balancer, holder, term }: View): Word => ({
  server,
  balancer,
  holder,
  term,
});

/** The other one has spoken: a paused holder that goes on learns so that it has lost the address. */
export const heard = (view: View, word: Word): View => {
  const other = { ...view, other: word.balancer, patient: view.patient && word.balancer !== 'up' };
  // Should both have claimed in the same term, both go by the name.
  const newer =
    word.term > view.term ||
    (word.term === view.term && word.holder !== view.holder && word.holder < view.holder);
  return newer ? { ...other, holder: word.holder, term: word.term } : other;
};

/** The tutor has decided, by a change of the plan. */
export const told = (view: View, holder: string): View =>
  holder === view.holder
    ? view
    : { ...view, holder, term: view.term + 1, patient: holder !== view.server && view.other !== 'up' };

/**
 * Why this one has to take the address; nothing when it holds it, has no balancer that answers, or nothing is wrong
 * with the holder. There is no way back: a holder that recovers stands by, so the address does not go to and fro.
 */
export const reasonToClaim = ({ server, holder, balancer, other, patient }: View): string | undefined => {
  if (holder === server || balancer !== 'up' || patient) return undefined;
  switch (other) {
    case 'gone':
      return `${holder} is gone`;
    case 'silent':
      return `${holder} says nothing any more`;
    case 'down':
      return `the balancer of ${holder} is gone`;
    default:
      return undefined;
  }
};

/** A line that another process has said; nothing when it is no such word. */
export const readWord = (line: string): Word | undefined => {
  try {
    const { server, balancer, holder, term } = JSON.parse(line) as Word;
    return healths.includes(balancer) && Number.isInteger(term)
      ? { server, balancer, holder, term }
      : undefined;
  } catch {
    return undefined;
  }
};

export const claimed = (view: View): View => ({ ...view, holder: view.server, term: view.term + 1 });
