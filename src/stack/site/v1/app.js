// The application of www.foobar.com: which page answers which path.
import { notAllowed, notFound } from './pages/errors.js';
import * as guestbook from './pages/guestbook.js';
import * as health from './pages/health.js';
import * as home from './pages/home.js';
import * as signIn from './pages/sign-in.js';
import * as signOut from './pages/sign-out.js';
import * as slow from './pages/slow.js';
import { forbidden, isSameSite } from './same-site.js';
import { createSessions } from './sessions.js';
import { version } from './version.js';
import { finish } from './view.js';

export { version };

const routes = new Map([
  ['/', { file: 'pages/home.js', pages: { GET: home.show } }],
  ['/guestbook', { file: 'pages/guestbook.js', pages: { GET: guestbook.show, POST: guestbook.sign } }],
  ['/sign-in', { file: 'pages/sign-in.js', pages: { GET: signIn.show, POST: signIn.enter } }],
  ['/sign-out', { file: 'pages/sign-out.js', pages: { POST: signOut.leave } }],
  ['/slow', { file: 'pages/slow.js', pages: { GET: slow.show } }],
  ['/health', { file: 'pages/health.js', pages: { GET: health.show } }],
]);

/**
 * Called by the application server when it loads these files.
 * @param {{ db: object, server: string }} context the database, and the name of the server we run on
 * @returns {(request: object) => Promise<object>} what turns a request into a response
 */
export default function site({ db, server }) {
  const sessions = createSessions();

  return async request => {
    const user = sessions.find(request.cookies.session);
    const { file, page } = choosePage(request);
    const answer = await page({ ...request, user, db, sessions });
    return { ...finish(answer, { ...request, user, server, version }), file };
  };
}

function choosePage({ method, path, headers }) {
  const route = routes.get(path);
  if (!route) return { file: 'pages/errors.js', page: notFound };
  const page = route.pages[method];
  if (!Object.hasOwn(route.pages, method))
    return { file: 'pages/errors.js', page: () => notAllowed(Object.keys(route.pages)) };
  if (method === 'POST' && !isSameSite(headers)) return { file: 'same-site.js', page: forbidden };
  return { file: route.file, page };
}
