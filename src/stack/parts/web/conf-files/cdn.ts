import type { Peer, Placement } from '../../part.ts';
import { beginning, ending, names, type Options, opening, packing, serverLine } from './pieces.ts';

/** nginx.conf of a CDN's server near the visitors, far from the site. */
export const cdnConf = (at: Placement, options: Options): string => `\
${beginning('What the CDN keeps near the visitors. After a change: reload cdn', options, '$upstream_cache_status ')}${packing}
    proxy_cache_path cache keys_zone=edge:1m max_size=50m inactive=1h;

    # The site itself.
    upstream origin {
${origins(at)}        keepalive 16;    # it is far away: a new connection would cost a round trip
    }

${opening(at)}${names}
        # Every answer carries the number of its own request, also one that was kept.
        add_header X-Request-ID $trace_id always;
        proxy_hide_header X-Request-ID;
        add_header X-Cache $upstream_cache_status always;    # MISS, HIT, STALE, ...
        proxy_hide_header X-Cache;

        proxy_set_header Host $http_host;
        proxy_set_header X-Request-ID $trace_id;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Accept-Encoding "";    # kept as it is, packed on the way out
        proxy_http_version 1.1;
        proxy_set_header Connection "";

        proxy_cache edge;
        proxy_cache_use_stale error timeout updating http_502 http_504;
        proxy_connect_timeout 1s;
        proxy_read_timeout 4s;    # visitors leave after 5 s

        # Pages: as long as the site says.
        location / {
            proxy_pass http://origin;
        }

        # Pictures and styles hardly ever change: kept for an hour, or until: purge
        location ~ \\.(css|js|svg|png|jpg|webp|ico|woff2)$ {
            proxy_pass http://origin;
            proxy_ignore_headers Cache-Control Expires;
            proxy_cache_valid 200 1h;
            proxy_cache_lock on;    # many want the same: one fetches it, the others wait
        }
${ending('CDN')}`;

/** Who holds the site's address is asked first. */
const origins = (at: Placement): string => {
  const found = [...at.peers('balancer'), ...at.peers('web')];
  const first = found.find(({ plan }) => plan.open) ?? found[0];
  const line = (peer: Peer): string =>
    serverLine(peer, `max_fails=3 fail_timeout=1s${peer === first ? '' : ' backup'}`);
  return [...found]
    .sort((a, b) => +(b === first) - +(a === first))
    .map(line)
    .join('');
};
