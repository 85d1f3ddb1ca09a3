import type { Placement } from '../part.ts';

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
    }

    server {
        listen ${at.listen.host}:${at.listen.port};
        server_name www.foobar.com foobar.com;
        root ${word(`${at.siteDir}/public`)};
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

/** Answered by the web server itself, and never logged. */
export const readyPath = '/web-ready';

const tutorConf = `# One line of JSON for each request: how the tutor knows what the web server did with it.
log_format trace escape=json '{"request_id":"$request_id","status":"$status","request":"$request",'
    '"request_time":"$request_time","request_filename":"$request_filename","host":"$host",'
    '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status",'
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
