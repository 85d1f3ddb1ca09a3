import type { Exchange } from './exchange.ts';
import { tlsOf } from './variables.ts';

/** A Location that begins with `/` gets the name and port that the client used, unless `absolute_redirect off`. */
export const publicLocation = (x: Exchange, location: string): string => {
  const { target, request, host } = x;
  const { absolute_redirect, port_in_redirect } = target.settings;
  if (!absolute_redirect || !location.startsWith('/')) return location;
  const port = request.socket.localPort;
  const [scheme, usual] = tlsOf(x) ? ['https', 443] : ['http', 80];
  return `${scheme}://${host}${port_in_redirect && port !== usual ? `:${port}` : ''}${location}`;
};
