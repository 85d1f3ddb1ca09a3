import { html } from '../html.js';

export const notFound = ({ path }) => ({
  status: 404,
  title: 'Not found',
  content: html`<h1>There is no such page</h1>
    <p>Nothing here is called <code>${path.slice(0, 200)}</code>. <a href="/">Back to the start</a></p>`,
});

export const notAllowed = methods => ({
  status: 405,
  title: 'Not like that',
  headers: { Allow: methods.join(', ') },
  content: html`<h1>Not like that</h1>
    <p>This page cannot be asked in that way. <a href="/">Back to the start</a></p>`,
});
