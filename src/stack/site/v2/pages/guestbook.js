import { clean, cleanLine, complaint } from '../fields.js';
import { html } from '../html.js';
import { seeOther } from '../view.js';

export const show = async ({ db, user }) => guestbook({ db, user });

export const sign = async ({ db, user, form }) => {
  const name = user ? user.name : cleanLine(form.name);
  const message = clean(form.message);
  const problem = complaint('your name', name, 40) ?? complaint('your message', message, 500);
  if (problem) return { status: 422, ...(await guestbook({ db, user, name, message, problem })) };
  await db.query('INSERT INTO entries (user_id, name, message) VALUES (?, ?, ?)', [
    user ? user.id : null,
    name,
    message,
  ]);
  return seeOther('/guestbook');
};

const guestbook = async ({ db, user, name = '', message = '', problem }) => {
  const entries = await db.query(
    'SELECT id, user_id, name, message, created_at FROM entries ORDER BY id DESC LIMIT 20',
  );
  const [{ total }] = await db.query('SELECT COUNT(*) AS total FROM entries');
  return {
    title: 'Guestbook',
    content: html`
      <h1>Guestbook</h1>
      <p class="lead">${total === 1 ? '1 entry' : html`${total} entries`} so far.</p>
      <form class="card" method="post" action="/guestbook">
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
        ${user ? html`<p>You sign as <strong>${user.name}</strong>.</p>` : nameField(name)}
        <label>Message
          <textarea name="message" rows="3" maxlength="500" required>${message}</textarea>
        </label>
        <button>Sign the guestbook</button>
      </form>
      <ol class="entries">${entries.map(entry)}</ol>
      ${entries.length === 0 && html`<p>Nobody has signed yet. Be the first!</p>`}`,
  };
};

const nameField = name => html`<label>Name
          <input name="name" maxlength="40" autocomplete="name" value="${name}" required>
        </label>`;

const entry = ({ user_id, name, message, created_at }) => html`
        <li class="card">
          <p class="message">${message}</p>
          <p class="by">${name}${user_id !== null && html` <span class="member">member</span>`}
            <time>${created_at}</time></p>
        </li>`;
