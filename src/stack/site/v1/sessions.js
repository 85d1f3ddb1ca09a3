// Who is signed in. The list lives in the memory of this one process, on purpose: it is gone after a
// restart, and a second application server knows nothing of it. A later lesson is about just that.
import { randomBytes } from 'node:crypto';

const lifetimeMs = 60 * 60 * 1000;
const limit = 10_000;

export const createSessions = () => {
  const sessions = new Map();

  const find = id => {
    const session = sessions.get(id);
    if (!session) return undefined;
    if (session.expires > Date.now()) return session.user;
    sessions.delete(id);
    return undefined;
  };

  /** A new id at every sign-in: an id that somebody planted before it is worth nothing after. */
  const open = (user, oldId, scheme) => {
    sessions.delete(oldId);
    // The oldest goes first, so that nobody can fill the memory.
    if (sessions.size >= limit) sessions.delete(sessions.keys().next().value);
    const id = randomBytes(32).toString('base64url');
    sessions.set(id, { user, expires: Date.now() + lifetimeMs });
    // One that was given over TLS must never travel without it.
    const secure = scheme === 'https' ? '; Secure' : '';
    return { 'Set-Cookie': `session=${id}; HttpOnly; SameSite=Lax; Path=/${secure}` };
  };

  const close = id => {
    sessions.delete(id);
    return { 'Set-Cookie': 'session=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/' };
  };

  return { find, open, close };
};
