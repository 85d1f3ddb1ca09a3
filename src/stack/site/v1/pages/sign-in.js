import { cleanLine } from '../fields.js';
import { html } from '../html.js';
import { isPassword } from '../passwords.js';
import { seeOther } from '../view.js';

export const show = () => signIn({});

export const enter = async ({ db, form, cookies, headers, sessions }) => {
  const name = cleanLine(form.name).slice(0, 40);
  const password = (form.password ?? '').slice(0, 200);
  const [found] = await db.query('SELECT id, name, password_hash FROM users WHERE name = ?', [name]);
  // One sentence for both mistakes: it tells nobody which names exist.
  if (!(await isPassword(password, found?.password_hash)))
    return {
      status: 403,
      ...signIn({ name, problem: 'This name and this password do not belong together.' }),
    };
  const user = { id: found.id, name: found.name };
  return seeOther('/guestbook', sessions.open(user, cookies.session, headers['x-forwarded-proto']));
};

const signIn = ({ name = '', problem }) => ({
  title: 'Sign in',
  content: html`
    <h1>Sign in</h1>
    <form class="card" method="post" action="/sign-in">
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      <label>Name
        <input name="name" maxlength="40" autocomplete="username" value="${name}" required>
      </label>
      <label>Password
        <input name="password" type="password" maxlength="200" autocomplete="current-password" required>
      </label>
      <button>Sign in</button>
    </form>
    <p class="hint">There is one account to play with: <code>demo</code>, password <code>open sesame</code>.</p>`,
});
