// Cross-site request forgery: a form on somebody else's page that posts to ours, with our visitor's cookie.
// Browsers say where a request comes from; clients that are no browsers say nothing and carry no cookies.
import { html } from './html.js';

/** The rule of Go's http.CrossOriginProtection. */
export const isSameSite = headers => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (headers.origin === undefined) return true;
  const origin = URL.parse(headers.origin);
  return origin !== null && origin.host === headers.host;
};

export const forbidden = () => ({
  status: 403,
  title: 'Not from here',
  content: html`<h1>Not from here</h1>
    <p>This form was sent from another website, so nothing was done.</p>`,
});
