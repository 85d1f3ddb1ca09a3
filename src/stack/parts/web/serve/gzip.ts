import type { Settings } from '../conf/model.ts';
import { acceptsGzip } from './conditions.ts';
import type { Exchange } from './exchange.ts';
import type { Reply } from './reply.ts';
import { header } from './variables.ts';

/** Whether an answer is of the kind that is packed, whoever asks: then `Vary` says that it depends on that. */
export const canPack = (x: Exchange, reply: Reply, settings: Settings): boolean => {
  if (!settings.gzip || x.method === 'HEAD' || ![200, 403, 404].includes(reply.status)) return false;
  if (reply.length !== undefined && reply.length < settings.gzip_min_length) return false;
  if (header(reply.headers, 'content-encoding') !== undefined) return false;
  const { gzip_types: types } = settings;
  const type = reply.type ?? '';
  const bare = types.has(type) ? type : type.replace(/\s*;.*$/s, '').toLowerCase();
  return types.has(bare) || types.has('*');
};

/** Whether this client wants it packed, and may have it so. */
export const mayPack = ({ request }: Exchange, reply: Reply, settings: Settings): boolean => {
  const { headers, httpVersion } = request;
  if (!acceptsGzip(headers['accept-encoding']) || httpVersion < settings.gzip_http_version) return false;
  if (headers.via !== undefined && !mayPackForProxy(reply, settings, headers.authorization)) return false;
  const agent = headers['user-agent'];
  return agent === undefined || !settings.gzip_disable.some(pattern => pattern.test(agent));
};

/** `gzip_proxied`, in nginx's order. */
const mayPackForProxy = (
  reply: Reply,
  { gzip_proxied: cases }: Settings,
  authorization: string | undefined,
): boolean => {
  if (cases.has('off')) return false;
  if (cases.has('any') || (authorization !== undefined && cases.has('auth'))) return true;
  const expires = header(reply.headers, 'expires');
  if (expires !== undefined) return cases.has('expired') && Date.parse(expires) < Date.now();
  const control = header(reply.headers, 'cache-control');
  if (control !== undefined) {
    return ['no-cache', 'no-store', 'private'].some(word => cases.has(word) && control.includes(word));
  }
  const dated = reply.lastModified !== undefined || header(reply.headers, 'last-modified') !== undefined;
  return !(cases.has('no_last_modified') && dated) && !(cases.has('no_etag') && reply.etag !== undefined);
};
