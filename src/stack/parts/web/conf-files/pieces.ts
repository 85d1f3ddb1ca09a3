/** What the nginx.conf of every part has in common. */
import type { Endpoint } from '../../../address-book.ts';
import type { Peer, Placement } from '../../part.ts';

export interface Options {
  /** Needed by installed nginx when root starts it: its workers would change to an account that may read nothing. */
  user?: string;
}

export const shown = ({ host, port }: Endpoint): string => `${host}:${port}`;

/** Quoted where nginx would otherwise see the end of the word; it wants `/` on every system. */
export const word = (path: string): string => {
  const slashed = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return /^[\w./@:+,-]+$/.test(slashed) ? slashed : `"${slashed.replace(/["\\]/g, '\\$&')}"`;
};

/** Answered by the part itself, and never logged. */
export const readyPath = '/web-ready';

/** From the first line to the logs; `more` is what the readable log says of each request besides. */
export const beginning = (title: string, { user }: Options, more = ''): string => `\
# ${title}
${user ? `user ${user};\n` : ''}pid logs/nginx.pid;
error_log logs/error.log;

events {
    worker_connections 1024;
}

http {
    log_format visits '$remote_addr [$time_local] "$request" $status $body_bytes_sent '
                      '"$http_user_agent" ${more}$trace_id';
    access_log logs/access.log visits;
    include tutor.conf;    # makes $trace_id, and the log that the tutor reads
    keepalive_timeout 65s;
`;

/** Whoever talks to the visitor packs; behind it nobody has to. */
export const packing = `
    gzip on;
    gzip_vary on;
    gzip_types text/css text/plain text/javascript application/json image/svg+xml;
`;

/** How the server block begins: where it listens, and which address of the story that is. */
export const opening = ({ listen, plan }: Placement): string => `    server {
        listen ${shown(listen)};    # ${shown(plan.address)}
`;

export const names = '        server_name www.foobar.com foobar.com;\n';

/** The last location and the end of the file. */
export const ending = (part: string): string => `
        # The tutor asks here whether the ${part} answers.
        location = ${readyPath} {
            access_log off;
            return 204;
        }
    }
}
`;

/** A line of an `upstream`: where the part is here, and what the story calls that. */
export const serverLine = ({ plan, here }: Peer, more = ''): string =>
  `        server ${shown(here)}${more && ` ${more}`};    # ${shown(plan.address)}, ${plan.server}\n`;
