import { html } from '../html.js';

export const show = ({ user }) => ({
  title: 'Welcome',
  content: html`
    <h1>${user ? html`Hello, ${user.name}` : 'Hello, visitor'}</h1>
    <p class="lead">This is www.foobar.com: a small website with a guestbook, served by a stack of your own.</p>
    <p><a class="button" href="/guestbook">Read the guestbook</a></p>
    <ul class="cards">
      <li><strong>This page</strong> was built by the application a moment ago, just for you.</li>
      <li><strong><a href="/guestbook">The guestbook</a></strong> comes out of the database.</li>
      <li><strong><a href="/about.html">About</a></strong> is a file: the web server sends it by itself.</li>
    </ul>`,
});
