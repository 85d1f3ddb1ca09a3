/** What the tutor and a failover process say to each other, over Node's channel; whatever else comes is refused. */
import type { Endpoint } from '../../address-book.ts';

/** On a balancer's machine: who holds the site's address, and who else could. */
export interface AddressPlan {
  job: 'address';
  /** The own one, such as `balancer-2`. */
  server: string;
  /** The server whose balancer holds the address. */
  holder: string;
  /** The own balancer, and a path that it answers without writing to its log. */
  balancer: Endpoint & { path: string };
  /** The failover process of the other balancer. */
  other: { server: string; here: Endpoint };
}

/** On a machine of its own: the databases, of which one takes writes. */
export interface DatabasePlan {
  job: 'database';
  databases: readonly { server: string; here: Endpoint; primary: boolean }[];
  user: string;
  password: string;
}

export type FailoverPlan = AddressPlan | DatabasePlan;

/** The plan has changed. */
export interface FailoverRequest {
  type: 'plan';
  plan: FailoverPlan;
}

export type FailoverReport =
  /** The balancer on this server takes over the site's address. */
  | { type: 'claim'; balancer: string }
  /** The database on this server takes the writes from now on. */
  | { type: 'promoted'; server: string };

/** What the process is started with, in a file. */
export interface FailoverConfig {
  listen: Endpoint;
  /** For people: every decision with its reason. */
  log: string;
  plan: FailoverPlan;
}

type Fields = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const isText: Check = value => typeof value === 'string' && value !== '';
const isPort: Check = value => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
/** Everything binds to loopback, so whatever else were dialled would be somebody else's. */
const isLoopback: Check = value => typeof value === 'string' && /^(127\.|::1$)/.test(value);

const has =
  (checks: Record<string, Check>): Check =>
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(checks).every(([name, check]) => check((value as Fields)[name]));

const isHere = has({ host: isLoopback, port: isPort });
const plans: Record<FailoverPlan['job'], Check> = {
  address: has({
    server: isText,
    holder: isText,
    balancer: value => isHere(value) && has({ path: isText })(value),
    other: has({ server: isText, here: isHere }),
  }),
  database: has({
    databases: value =>
      Array.isArray(value) &&
      value.every(has({ server: isText, here: isHere, primary: each => typeof each === 'boolean' })),
    user: isText,
    password: isText,
  }),
};
const isPlan: Check = value => {
  const job = (value as Fields | undefined)?.job;
  return typeof job === 'string' && Object.hasOwn(plans, job) && plans[job as FailoverPlan['job']](value);
};
const isRequest = has({ type: value => value === 'plan', plan: isPlan });
const isClaim = has({ type: value => value === 'claim', balancer: isText });
const isPromoted = has({ type: value => value === 'promoted', server: isText });

const understood = <Message>(checks: readonly Check[], message: unknown): Message => {
  if (checks.some(check => check(message))) return message as Message;
  throw new Error(`not understood: ${JSON.stringify(message)?.slice(0, 200)}`);
};

/** Throws an Error that shows the message. */
export const readRequest = (message: unknown): FailoverRequest => understood([isRequest], message);

/** Throws an Error that shows the message. */
export const readReport = (message: unknown): FailoverReport => understood([isClaim, isPromoted], message);
