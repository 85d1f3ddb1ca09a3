import type { HttpQuestion } from './exchange.ts';

/** What the browser sends: a navigation, or with `form` the site's own form. */
export const questionFor = (
  url: URL,
  cookie: string | undefined,
  form: Record<string, string> | undefined,
): HttpQuestion => {
  const headers: Record<string, string> = {
    Host: url.host,
    'User-Agent': 'web-stack-tutor',
    Accept: 'text/html,*/*',
    'Accept-Encoding': 'gzip',
    ...(cookie === undefined ? {} : { Cookie: cookie }),
    Connection: 'close',
  };
  if (!form) return { method: 'GET', url, headers };
  const body = new URLSearchParams(form).toString();
  return {
    method: 'POST',
    url,
    headers: {
      ...headers,
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(body)),
      // Tells the server that the form stood on the site's own page, and not on somebody else's.
      Origin: url.origin,
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'navigate',
    },
    body,
  };
};
