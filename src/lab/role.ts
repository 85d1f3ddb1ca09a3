import { type PartPlan, partsOf, type Topology } from '../stack/topology.ts';

/** What tells a part from the others of its name by the plan; nothing where there is no other, or nothing differs. */
export const plannedRole = (plan: PartPlan, topology: Topology): string | undefined => {
  switch (plan.part) {
    case 'db':
      if (plan.source !== undefined) return 'replica';
      return partsOf(topology).some(({ part, id }) => part === 'db' && id !== plan.id)
        ? 'primary'
        : undefined;
    case 'dns':
      return plan.source === undefined ? undefined : 'secondary';
    case 'balancer':
      return plan.open ? undefined : 'standby';
    default:
      return undefined;
  }
};
