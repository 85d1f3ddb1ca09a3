/** Time counts in heartbeats of this very process: while it does not run itself, nobody else misses one. */
export const beatMs = 100;
/** So many in a row have to be missed before somebody counts as silent. */
export const missedBeats = 3;
/** So long somebody who has not been there yet may take to start. */
export const startBeats = 50;
/** So long the one to whom the plan gives the address may take to be up: the whole stack may be put back meanwhile. */
export const planBeats = 100;
