import type { PartId, PartPlan, StoryAddress } from './topology.ts';

/** Where something listens on this machine. */
export interface Endpoint {
  host: string;
  port: number;
}

export interface Entry {
  plan: PartPlan;
  here: Endpoint;
  /** Where its TLS is, when its plan has one. */
  secure?: Endpoint;
}

/** An address of the story at which a client may knock, and where that is on this machine. */
export interface Door {
  plan: PartPlan;
  address: StoryAddress;
  here: Endpoint;
}

/**
 * Maps each address of the story to a loopback address and port of this run.
 * Whatever is not in the book does not exist for the browser: nothing is ever sent to the real 8.8.8.8.
 */
export class AddressBook {
  readonly #entries = new Map<PartId, Entry>();

  enter(plan: PartPlan, here: Endpoint, secure?: Endpoint): void {
    this.#entries.set(plan.id, { plan, here, ...(secure && { secure }) });
  }

  here(id: PartId): Endpoint {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`no address is entered for ${id}`);
    return entry.here;
  }

  /** What the browser may dial: an open address, or nothing. */
  dial(host: string, port: number): Door | undefined {
    return this.doors().find(({ address }) => address.host === host && address.port === port);
  }

  /** Every open address. */
  doors(): Door[] {
    return this.entries().flatMap(({ plan, here, secure }) => [
      ...(plan.open ? [{ plan, address: plan.address, here }] : []),
      ...(plan.open && plan.secure && secure ? [{ plan, address: plan.secure, here: secure }] : []),
    ]);
  }

  entries(): Entry[] {
    return [...this.#entries.values()];
  }
}
