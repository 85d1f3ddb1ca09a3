import type { Exchange } from './exchange.ts';

/** A Location that begins with `/` gets the name and port that the client used, unless `absolute_redirect off`. */
export const publicLocation = ({ target, request, host }: Exchange, location: string): string => {
  const { absolute_redirect, port_in_redirect } = target.settings;
  if (!absolute_redirect || !location.startsWith('/')) return location;
  const port = request.socket.localPort;
  return `http://${host}${port_in_redirect && port !== 80 ? `:${port}` : ''}${location}`;
};
