/**
 * Numbers from 0 to below 1, the same sequence for the same key on every machine and in every release:
 * what a learner has seen must not move when the tutor is updated.
 * FNV-1a over UTF-16 code units, then mulberry32.
 */
export function randomFrom(key: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    state = Math.imul(state ^ key.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What decides the order and the numbers of one learner's questions. */
export interface Draw {
  /** The learner's stored seed. */
  seed: number;
  /** `Course.id`. */
  course: string;
  /** The lesson's or quiz's file. */
  file: string;
}

export function drawKey(draw: Draw, questionId: string): string {
  return JSON.stringify([draw.seed, draw.course, draw.file, questionId]);
}
