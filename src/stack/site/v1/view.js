// The frame around every page, and the headers that every answer carries.
import { html } from './html.js';

const headers = {
  // Nothing but our own files, no script at all: even if somebody got markup into a page, it could do nothing.
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  // Not "no-referrer": browsers would then send our own forms with "Origin: null".
  'Referrer-Policy': 'same-origin',
  // Pages show who is signed in: no cache on the way may keep them.
  'Cache-Control': 'private, no-cache',
};

/** What a page returns becomes a response: { title, content } is put into the frame, anything else goes as it is. */
export const finish = (answer, context) => {
  const { title, content, ...rest } = answer;
  if (content === undefined) return { ...rest, headers: { ...headers, ...rest.headers } };
  return {
    status: 200,
    ...rest,
    headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8', ...rest.headers },
    body: frame({ title, content, ...context }).toString(),
  };
};

/** After a form: the browser fetches the next page with GET. Only paths of our own, never what a visitor sent. */
export const seeOther = (path, more = {}) => ({ status: 303, headers: { Location: path, ...more } });

const frame = ({ title, content, user, server, version, startedAt }) => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · foobar</title>
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header>
    <a class="brand" href="/"><img src="/logo.svg" alt="foobar" width="132" height="36"></a>
    <nav>
      <a href="/guestbook">Guestbook</a>
      <a href="/about.html">About</a>
      ${user ? signOutButton(user) : html`<a href="/sign-in">Sign in</a>`}
    </nav>
  </header>
  <main>${content}</main>
  <footer>Built by ${server}, version ${version}, in ${(performance.now() - startedAt).toFixed(1)} ms</footer>
</body>
</html>
`;

const signOutButton = user =>
  html`<form method="post" action="/sign-out"><button class="quiet">Sign out ${user.name}</button></form>`;
