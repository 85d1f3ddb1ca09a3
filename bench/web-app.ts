/** `node web-app.ts PORT`: an application that does nothing but answer with a page of one kilobyte. */
import { createServer } from 'node:http';

const page = Buffer.from(`<!doctype html><title>A page</title>${'<p>Some words in it.</p>'.repeat(40)}`);

createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': page.length });
  response.end(page);
}).listen(Number(process.argv[2]), '127.0.0.1');
process.stdin.resume().on('end', () => process.exit(0));
