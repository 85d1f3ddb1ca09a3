import type { SiteResponse } from './contract.ts';
import { DatabaseError } from './database.ts';
import { QueueFullError } from './workers.ts';

/** A page that the application server makes itself, without the site. */
export const serverPage = (
  status: number,
  title: string,
  text: string,
  headers: Record<string, string> = {},
): SiteResponse => ({
  status,
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'self'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...headers,
  },
  body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${status} ${title}</title>
<link rel="stylesheet" href="/style.css">
<main>
<h1>${title}</h1>
<p>${text}</p>
<p>The application server says so, with status ${status}.</p>
<p><a href="/">To the home page</a></p>
</main>
</html>
`,
});

export const badRequest = serverPage(
  400,
  'Bad request',
  'This request has no host, or no path that the site could answer.',
);

export const tooLarge = serverPage(
  413,
  'That is too much',
  'The body of a request may be at most 64 KB long.',
  // The rest of the body may still be on its way; nobody is going to read it.
  { Connection: 'close' },
);

/** What the visitor sees of a failure: never its text, which is in the log. */
export const failurePage = (error: unknown): SiteResponse => {
  if (error instanceof QueueFullError)
    return serverPage(
      503,
      'Too busy',
      'Every worker of the application server has a request, and the queue is full.',
      { 'Retry-After': '1' },
    );
  if (error instanceof DatabaseError)
    return error.reached
      ? serverPage(500, 'The database refused', 'The database could not carry out what this page asked for.')
      : serverPage(500, 'No database', 'The application could not reach the database.');
  return serverPage(500, 'Something is broken', 'The code of this page has failed.');
};
