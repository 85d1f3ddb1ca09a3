import type { Placement } from '../../part.ts';
import { beginning, ending, names, type Options, opening, packing, serverLine } from './pieces.ts';

/** nginx.conf of a balancer: it stands where visitors knock, and has the servers behind it answer. */
export const balancerConf = (at: Placement, options: Options): string => `\
${beginning('To whom the balancer sends each request. After a change: reload balancer', options, '-> $upstream_addr ')}${packing}
    # Who can answer: each in turn. Other ways: "least_conn;", "weight=2" at a server.
    upstream site {
${servers(at)}    }

${opening(at)}${names}
        # Every answer carries the number under which all parts know the request.
        add_header X-Request-ID $trace_id always;

        location / {
            proxy_pass http://site;
            proxy_set_header Host $http_host;
            proxy_set_header X-Request-ID $trace_id;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;

            # Whoever is gone, silent, or has lost its application: the next one is asked.
            # Not for a POST that was sent: it may have been obeyed. And not when somebody
            # is busy (503): the others are, too.
            proxy_next_upstream error timeout http_502 http_504;
            proxy_connect_timeout 1s;
            proxy_read_timeout 3s;    # more than the 2 s after which a server says 504
            proxy_next_upstream_timeout 3500ms;    # visitors leave after 5 s
        }
${ending('balancer')}`;

const why = `\
        # A refused try costs a visitor nothing: the next server is asked. After three of
        # them a server is left out for a second, then tried by one visitor: what was
        # mended is back soon.
`;
const rest = 'max_fails=3 fail_timeout=1s';

/** Where there is a cache it gets everything; the servers then only help out. */
const servers = (at: Placement): string => {
  const caches = at.peers('cache').map(peer => serverLine(peer, rest));
  const more = caches.length > 0 ? `${rest} backup` : rest;
  return why + [...caches, ...at.peers('web').map(peer => serverLine(peer, more))].join('');
};
