import { setTimeout as wait } from 'node:timers/promises';
import { html } from '../html.js';

const longestMs = 10_000;

/** What stands in the query, within bounds: nobody may keep a worker for ever. */
export const waitOf = ({ ms = 1000 }) => Math.min(Math.max(Math.round(Number(ms)) || 0, 0), longestMs);

/** /slow?ms=3000 keeps its worker busy for three seconds. */
export const show = async ({ query }) => {
  const ms = waitOf(query);
  await wait(ms);
  return {
    title: 'Slow',
    content: html`<h1>That took a while</h1>
      <p>This page waited for ${ms} ms before it answered, and so did its worker.</p>`,
  };
};
