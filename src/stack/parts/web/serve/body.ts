import type { Exchange } from './exchange.ts';

/** 413 too large, 408 too slow, 499 gone. */
export type BodyFault = 413 | 408 | 499;

/** Whether the request announces more than is allowed; told before anything of it is read. */
export const announcesTooMuch = ({ request, target }: Exchange): boolean => {
  const limit = target.settings.client_max_body_size;
  return limit > 0 && Number(request.headers['content-length'] ?? 0) > limit;
};

export const hasBody = ({ request }: Exchange): boolean =>
  request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;

/**
 * The whole body, before anybody else is asked, as with `proxy_request_buffering on`: a slow client occupies
 * the web server only.
 */
export const readBody = (x: Exchange): Promise<Buffer | BodyFault> => {
  const { request, response, target } = x;
  const { client_max_body_size: limit, client_body_timeout: timeout } = target.settings;
  if (announcesTooMuch(x)) return Promise.resolve(413);
  if (request.headers.expect !== undefined) response.writeContinue();
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (result: Buffer | BodyFault) => {
      clearTimeout(timer);
      request.removeAllListeners('data').removeAllListeners('end');
      resolve(result);
    };
    const timer = setTimeout(() => end(408), timeout);
    request.on('data', (chunk: Buffer) => {
      timer.refresh();
      size += chunk.length;
      if (limit > 0 && size > limit) end(413);
      else chunks.push(chunk);
    });
    request.on('end', () => end(Buffer.concat(chunks)));
    request.on('error', () => end(499));
    request.on('close', () => end(499));
  });
};
