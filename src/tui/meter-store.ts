import type { MeterView } from '../plain/meters.ts';
import type { LoadEvent } from '../stack/traffic/meters.ts';

/** What has been measured of a load, for whoever draws it; the rest of the screen is not drawn anew with it. */
export interface MeterStore {
  follow(event: LoadEvent): void;
  /** Nothing while there has been no load. */
  get(): MeterView | undefined;
  subscribe(listener: () => void): () => void;
}

/** Milliseconds of the load between two times that it is drawn: two a second can be read. */
const pace = 480;

export const createMeterStore = (): MeterStore => {
  const listeners = new Set<() => void>();
  const early: LoadEvent[] = [];
  let follow: typeof import('../plain/meters.ts').followMeters | undefined;
  let view: MeterView | undefined;
  let shown: MeterView | undefined;
  let drawnAt = 0;

  const take = (event: LoadEvent): void => {
    if (!follow) return;
    view = follow(view, event);
    const now = event.type === 'window' ? event.window.toMs : 0;
    if (event.type === 'window' && now < drawnAt + pace) return;
    drawnAt = now;
    shown = view;
    for (const listener of listeners) listener();
  };
  // The first load loads it: the first frame knows no load.
  const loadMeters = async (): Promise<void> => {
    follow = (await import('../plain/meters.ts')).followMeters;
    for (const event of early.splice(0)) take(event);
  };
  return {
    follow: event => {
      if (follow) return take(event);
      early.push(event);
      if (early.length === 1) void loadMeters();
    },
    get: () => shown,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
