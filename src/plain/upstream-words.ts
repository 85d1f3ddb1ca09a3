/** What a proxy did with a request, in the words of the story. */
import type { UpstreamTry, WebHop } from '../stack/browser/trace.ts';
import type { PartStatus } from '../stack/stack.ts';

/** Where parts of the story really are. */
export type Places = readonly Pick<PartStatus, 'address' | 'here'>[];

const written = ({ host, port }: PartStatus['here']): string => `${host}:${port}`;

/** The address of the story, where it is known. */
export const addressOf = ({ to, address }: UpstreamTry, places: Places = []): string => {
  if (to) return written(to.address);
  const found = places.find(({ here }) => written(here) === address);
  return found ? written(found.address) : address;
};

/** `10.0.0.11:80 server-1`, or `127.0.0.1:8000 app` for somebody on the same server. */
export const calledOf = (one: UpstreamTry, { server }: WebHop, places: Places = []): string => {
  const { to } = one;
  return `${addressOf(one, places)}${to ? ` ${to.server === server ? to.part : to.server}` : ''}`;
};

/** What came of a try; what nobody answered, a proxy notes as 502 or 504. */
export const resultOf = ({ headerMs, status }: UpstreamTry): string => {
  if (headerMs !== undefined) return String(status ?? 'nothing');
  return status === 504 ? 'no answer in time' : 'no usable answer';
};
