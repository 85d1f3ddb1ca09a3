/** Says that the application runs, and nothing about the database: a server that can answer is healthy. */
export const show = () => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  body: 'ok\n',
});
