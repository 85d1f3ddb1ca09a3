import type { PartId, PartPlan } from './topology.ts';

/** Where something listens on this machine. */
export interface Endpoint {
  host: string;
  port: number;
}

export interface Entry {
  plan: PartPlan;
  here: Endpoint;
}

/**
 * Maps each address of the story to a loopback address and port of this run.
 * Whatever is not in the book does not exist for the browser: nothing is ever sent to the real 8.8.8.8.
 */
export class AddressBook {
  readonly #entries = new Map<PartId, Entry>();

  enter(plan: PartPlan, here: Endpoint): void {
    this.#entries.set(plan.id, { plan, here });
  }

  here(id: PartId): Endpoint {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`no address is entered for ${id}`);
    return entry.here;
  }

  /** What the browser may dial: the open address, or nothing. */
  dial(host: string, port: number): Entry | undefined {
    return this.entries().find(
      ({ plan }) => plan.open && plan.address.host === host && plan.address.port === port,
    );
  }

  entries(): Entry[] {
    return [...this.#entries.values()];
  }
}
