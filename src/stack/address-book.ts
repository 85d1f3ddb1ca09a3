import type { PartId, PartPlan, StoryAddress } from './topology.ts';

/** Where something listens on this machine. */
export interface Endpoint {
  host: string;
  port: number;
}

/** Where a part is on this machine, and where its TLS is, when it has one. */
interface Place {
  here: Endpoint;
  secure?: Endpoint;
}

export interface Entry extends Place {
  plan: PartPlan;
}

/** An address of the story at which a client may knock, and where that is on this machine. */
export interface Door {
  plan: PartPlan;
  address: StoryAddress;
  here: Endpoint;
  /** Milliseconds by which the lab makes each round trip longer; `here` is where that is done. */
  addedMs?: number;
}

/** How far away a part is put for its visitors, and where they knock instead. */
export interface Distance extends Place {
  addedMs: number;
}

/**
 * Maps each address of the story to a loopback address and port of this run.
 * Whatever is not in the book does not exist for the browser: nothing is ever sent to the real 8.8.8.8.
 */
export class AddressBook {
  readonly #places = new Map<PartId, Place>();
  readonly #distances = new Map<PartId, Distance>();
  #plans: readonly PartPlan[] = [];

  /** Gives a part its place; nobody hears of it before it is published. */
  settle(id: PartId, here: Endpoint, secure?: Endpoint): void {
    this.#places.set(id, { here, ...(secure && { secure }) });
  }

  /** What holds from now on; places of parts that are not among them are given up. */
  publish(plans: readonly PartPlan[]): void {
    this.#plans = plans;
    for (const id of this.#places.keys()) {
      if (plans.some(plan => plan.id === id)) continue;
      this.#places.delete(id);
      this.#distances.delete(id);
    }
  }

  /** Puts a part further away for its visitors; without a distance it is as near as it was. */
  move(id: PartId, distance?: Distance): void {
    if (distance) this.#distances.set(id, distance);
    else this.#distances.delete(id);
  }

  place(id: PartId): Place | undefined {
    return this.#places.get(id);
  }

  here(id: PartId): Endpoint {
    const place = this.#places.get(id);
    if (!place) throw new Error(`no address is entered for ${id}`);
    return place.here;
  }

  /** Where others reach it: as far away as it was put. */
  reach(id: PartId): Endpoint {
    return this.#distances.get(id)?.here ?? this.here(id);
  }

  /** Who listens where, near and far. */
  listeners(): { plan: PartPlan; here: Endpoint }[] {
    return this.entries().flatMap(({ plan, here }) => {
      const far = this.#distances.get(plan.id)?.here;
      return [{ plan, here }, ...(far ? [{ plan, here: far }] : [])];
    });
  }

  /** Ports that are taken, also by parts that do not run now. */
  ports(): number[] {
    return [...this.#places.values()].flatMap(({ here, secure }) => [
      here.port,
      ...(secure ? [secure.port] : []),
    ]);
  }

  /** What the browser may dial: an open address, or nothing. */
  dial(host: string, port: number): Door | undefined {
    return this.doors().find(({ address }) => address.host === host && address.port === port);
  }

  /** Every open address. */
  doors(): Door[] {
    return this.entries().flatMap(({ plan, ...place }) => {
      const { addedMs, here, secure } = { addedMs: 0, ...place, ...this.#distances.get(plan.id) };
      const added = addedMs > 0 ? { addedMs } : {};
      return [
        ...(plan.open ? [{ plan, address: plan.address, here, ...added }] : []),
        ...(plan.open && plan.secure && secure
          ? [{ plan, address: plan.secure, here: secure, ...added }]
          : []),
      ];
    });
  }

  entries(): Entry[] {
    return this.#plans.flatMap(plan => {
      const place = this.#places.get(plan.id);
      return place ? [{ plan, ...place }] : [];
    });
  }
}
