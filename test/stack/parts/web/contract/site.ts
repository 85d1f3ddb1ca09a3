/** One nginx.conf that says much, and what stands behind it: for the tests of what both engines have in common. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../../../../src/stack/ports.ts';
import { type Engine, startWeb, type Web } from '../engines.ts';
import { type Answer, type App, type Ask, ask, startApp } from '../http.ts';

export const css = 'body { color: black }\n'.repeat(60);

/** Much of nginx.conf in one file. */
const everything =
  (dead: number) =>
  ({ port, app, site, user }: { port: number; app: number; site: string; user: string }) =>
    `
${user}
pid logs/nginx.pid;
error_log logs/error.log info;
events { worker_connections 200; }
http {
    include mime.types;
    default_type application/octet-stream;
    log_format visits '$request_id $status $body_bytes_sent "$request" [$http_user_agent] $host $arg_a $http_none';
    log_format odd escape=json '{"agent":"$http_user_agent","none":"$http_none","type":"$sent_http_content_type"}';
    access_log logs/access.log visits;
    access_log logs/odd.log odd;
    include tutor.conf;
    gzip on;
    gzip_types text/css;
    gzip_min_length 100;
    gzip_vary on;
    upstream app { server 127.0.0.1:${app}; }
    upstream dead { server 127.0.0.1:${dead}; }
    upstream two { server 127.0.0.1:${dead} max_fails=0; server 127.0.0.1:${app}; }
    server {
        listen 127.0.0.1:${port};
        server_name first.test;
        return 200 "first";
    }
    server {
        listen 127.0.0.1:${port} default_server;
        server_name www.foobar.com;
        root ${site}/public;
        add_header X-Always $request_method always;
        add_header X-Good $uri;
        client_max_body_size 1k;

        location / { try_files $uri $uri/ @app; }
        location @app {
            proxy_pass http://app;
            proxy_set_header Host $host;
            proxy_set_header X-Request-ID $request_id;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Cookie "";
            proxy_read_timeout 300ms;
            proxy_connect_timeout 1s;
        }
        location /files/ { index none.html index.html; }
        location /only/ { try_files $uri =404; }
        location /fall/ { try_files $uri /files/index.html; }
        location /dead/ { proxy_pass http://dead; }
        location /two/ { proxy_pass http://two; }
        location /api/ { proxy_pass http://app/v1/; }
        location /same/ { proxy_pass http://app; }
        location /pages/ {
            error_page 404 /files/sorry.html;
            error_page 403 =200 /files/sorry.html;
            try_files $uri =404;
        }
        location = /pages/forbidden { error_page 403 =200 /files/sorry.html; return 403; }
        location = /pages/elsewhere { error_page 404 http://example.com/lost; return 404; }
        location = /intercept { proxy_intercept_errors on; error_page 503 =503 /files/sorry.html; proxy_pass http://app/busy; }
        location = /busy { proxy_pass http://app; }
        location = /text { default_type text/plain; return 200 "hello $arg_name\\n"; }
        location = /teapot { return 418 "short and stout"; }
        location = /gone { return 410; }
        location = /none { return 204; }
        location = /moved { return 301 /text?from=moved; }
        location = /away { return https://example.com/; }
        location = /relative { absolute_redirect off; return 302 /text; }
        location = /hang { return 444; }
        location = /inside { internal; return 200 "inside"; }

        location = /order { return 200 exact; }
        location /order { return 200 prefix; }
        location /order/long { return 200 long; }
        location ^~ /order/final { return 200 final; }
        location ~ /ORDER/ { return 200 never; }
        location ~* /order/.*\\.PNG$ { return 200 "pattern"; }
        location ~ ^/order/(\\d+)/(.*)$ { return 200 "$1 and $2"; }
        location ~ /order/\\d+ { return 200 later; }
    }
    server {
        listen 127.0.0.1:${port};
        server_name *.wild.test;
        return 200 "leading";
    }
    server {
        listen 127.0.0.1:${port};
        server_name www.wild.test www.wild.*;
        return 200 "exact or trailing";
    }
    server {
        listen 127.0.0.1:${port};
        server_name ~^\\d+\\.test$ .dot.test;
        return 200 "pattern or dot";
    }
}
`;

export interface Site extends AsyncDisposable {
  web: Web;
  app: App;
  get(path: string, options?: Ask): Promise<Answer>;
  text(path: string, options?: Ask): Promise<string>;
}

export const startSite = async (engine: Engine): Promise<Site> => {
  const app = await startApp((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://app');
    if (url.pathname === '/busy')
      response.writeHead(503, 'Too Busy', { 'X-Powered-By': 'app' }).end('app is busy');
    else if (url.pathname === '/never') return;
    else if (url.pathname === '/redirect') response.writeHead(302, { Location: `http://app/there` }).end();
    else if (url.pathname === '/half') {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('half', () => response.destroy());
    } else if (url.pathname === '/drop') incoming.socket.destroy();
    else
      response
        .writeHead(200, { 'Content-Type': 'text/html', Server: 'app', 'X-From': 'app' })
        .end(`app ${incoming.url}`);
  });
  const [dead = 0] = await freePorts(1);
  const web = await startWeb(engine, {
    app: app.port,
    conf: everything(dead),
    files: {
      'public/style.css': css,
      'public/large.bin': Buffer.alloc(600_000, 'x'),
      'public/files/index.html': 'index of files',
      'public/files/sorry.html': 'sorry',
      'public/empty/nothing.txt': '',
      'public/strange name ü.txt': 'strange',
      'secret.txt': 'secret',
    },
  });
  await symlink(join(web.site, 'secret.txt'), join(web.site, 'public/link.txt'));
  const get = (path: string, options?: Ask): Promise<Answer> => ask(web.port, path, options);
  return {
    web,
    app,
    get,
    text: async (path, options) => (await get(path, options)).body.toString(),
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
    },
  };
};
