import type { Endpoint } from '../../address-book.ts';
import { StackError } from '../../stack.ts';
import { identityFiles } from '../../tls/places.ts';
import type { Placement } from '../part.ts';
import { socketPath } from '../socket-path.ts';

/** The configuration files of the web server; they stand together in `<dir>/conf`. */
export const webFileNames = ['nginx.conf', 'mime.types', 'tutor.conf'] as const;

/** Their texts. */
export type WebFiles = Record<(typeof webFileNames)[number], string>;

interface Options {
  /** Needed by installed nginx when root starts it: its workers would change to an account that may read nothing. */
  user?: string;
}

/** Quoted where nginx would otherwise see the end of the word; it wants `/` on every system. */
const word = (path: string): string => {
  const slashed = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return /^[\w./@:+,-]+$/.test(slashed) ? slashed : `"${slashed.replace(/["\\]/g, '\\$&')}"`;
};

/** nginx would read a `$` in a root as the name of a variable, and has no escape for it. */
const publicDir = ({ siteDir }: Placement): string => {
  if (siteDir.includes('$'))
    throw new StackError(
      `nginx cannot read files below ${siteDir}, because of the "$": set TMPDIR to another folder`,
    );
  return `${siteDir}/public`;
};

/** Configuration that installed nginx and the embedded server both obey; relative paths begin at `-p DIR/`. */
export const webFiles = (at: Placement, { user }: Options = {}): WebFiles => ({
  'nginx.conf': nginxConf(at, user),
  'mime.types': mimeTypes,
  'tutor.conf': tutorConf,
});

const nginxConf = (at: Placement, user: string | undefined): string => {
  const app = at.peer('app');
  return `# What the web server does with each request. After a change: reload web
${user ? `user ${user};\n` : ''}pid logs/nginx.pid;
error_log logs/error.log;

events {
    worker_connections 1024;
}

http {
    include mime.types;    # which ending is which Content-Type
    default_type application/octet-stream;

    log_format visits '$remote_addr [$time_local] "$request" $status $body_bytes_sent '
                      '"$http_user_agent" $request_id';
    access_log logs/access.log visits;
    include tutor.conf;    # the log that the tutor reads

    sendfile on;
    keepalive_timeout 65s;

    gzip on;
    gzip_vary on;
    gzip_types text/css text/plain text/javascript application/json image/svg+xml;

    # The application server: where requests go that no file answers.
    upstream app {
        server ${app.host}:${app.port};
${besides(at)}    }

${opening(at)}        server_name www.foobar.com foobar.com;
        root ${word(publicDir(at))};
        absolute_redirect off;    # the browser knows this server by another port

        # Every answer carries the number under which all parts know the request.
        add_header X-Request-ID $request_id always;

        # A file, if there is one; otherwise the application.
        location / {
            try_files $uri @app;
        }

        location @app {
            proxy_pass http://app;
            proxy_set_header Host $http_host;
            proxy_set_header X-Request-ID $request_id;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_connect_timeout 1s;
            proxy_read_timeout 2s;    # longer than this: 504 Gateway Time-out
        }

        # The tutor asks here whether the web server answers.
        location = ${readyPath} {
            access_log off;
            return 204;
        }
    }
}
`;
};

const shown = ({ host, port }: Endpoint): string => `${host}:${port}`;

/** How the server block begins: where it listens, and which address of the story that is. */
const opening = ({ listen, plan }: Placement): string => `    server {
        listen ${shown(listen)};    # ${shown(plan.address)}
`;

/** The line that listens there, with its indentation. */
const listener = (endpoint: Endpoint): RegExp =>
  new RegExp(String.raw`^([ \t]*)listen[ \t]+${shown(endpoint).replaceAll('.', '\\.')}[ \t;].*\n`, 'm');

/**
 * nginx.conf that speaks TLS as well, behind the line where it listens; whatever else was edited stays. It stays
 * as it is where that line is gone: then a learner has decided where to listen.
 */
export const withTls = (text: string, { listen, secure, plan }: Placement): string => {
  if (!secure || !plan.secure || listener(secure).test(text)) return text;
  const lines = [
    `listen ${shown(secure)} ssl;    # ${shown(plan.secure)}`,
    `ssl_certificate ${identityFiles.certificate};`,
    `ssl_certificate_key ${identityFiles.key};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
  ];
  return text.replace(
    listener(listen),
    (line, indent: string) => line + lines.map(added => `${indent}${added}\n`).join(''),
  );
};

/** A server of its own for http://, which only sends the browser on. */
const redirectServer = ({ listen, plan }: Placement): string => `\
    # Whoever comes by http:// is sent on to https://
    server {
        listen ${shown(listen)};    # ${shown(plan.address)}
        server_name www.foobar.com foobar.com;
        add_header X-Request-ID $request_id always;

        location / {
            return 301 https://$host$request_uri;
        }

        location = ${readyPath} {
            access_log off;
            return 204;
        }
    }

`;

/** nginx.conf with or without the redirect to https://; undefined where it does not listen as generated. */
export const withRedirect = (text: string, at: Placement, on: boolean): string | undefined => {
  if (!at.secure || !listener(at.secure).test(text)) return undefined;
  const sentOn = `${redirectServer(at)}    server {\n`;
  if (text.includes(sentOn) === on) return text;
  const [before, after] = on ? [opening(at), sentOn] : [sentOn, opening(at)];
  return text.includes(before) ? text.replace(before, () => after) : undefined;
};

/** The application listens on a UNIX socket as well; a path that has to be quoted is no help to anybody. */
const besides = (at: Placement): string => {
  const socket = socketPath(at, 'app');
  if (socket === undefined || word(socket) !== socket) return '';
  return `        # or without a port: server unix:${socket};\n`;
};

/** Answered by the web server itself, and never logged. */
export const readyPath = '/web-ready';

const tutorConf = `# One line of JSON for each request: how the tutor knows what the web server did with it.
log_format trace escape=json '{"request_id":"$request_id","status":"$status","request":"$request",'
    '"request_time":"$request_time","request_filename":"$request_filename","host":"$host",'
    '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status",'
    '"upstream_cache_status":"$upstream_cache_status",'
    '"upstream_connect_time":"$upstream_connect_time",'
    '"upstream_header_time":"$upstream_header_time",'
    '"upstream_response_time":"$upstream_response_time"}';
access_log logs/trace.log trace;

# Temporary files stay in the web server's own folder.
client_body_temp_path temp/body;
proxy_temp_path temp/proxy;
fastcgi_temp_path temp/fastcgi;
uwsgi_temp_path temp/uwsgi;
scgi_temp_path temp/scgi;
`;

const mimeTypes = `types {
    text/html                 html htm;
    text/css                  css;
    text/javascript           js mjs;
    text/plain                txt;
    text/xml                  xml;
    application/json          json map;
    application/manifest+json webmanifest;
    application/pdf           pdf;
    application/wasm          wasm;
    application/zip           zip;
    image/svg+xml             svg;
    image/png                 png;
    image/jpeg                jpg jpeg;
    image/gif                 gif;
    image/webp                webp;
    image/avif                avif;
    image/x-icon              ico;
    font/woff2                woff2;
    font/woff                 woff;
    audio/mpeg                mp3;
    video/mp4                 mp4;
}
`;
