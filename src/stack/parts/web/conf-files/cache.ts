import type { Placement } from '../../part.ts';
import { beginning, ending, names, type Options, opening, serverLine } from './pieces.ts';

/** nginx.conf of a cache between the balancer and the servers. */
export const cacheConf = (at: Placement, options: Options): string => `\
${beginning('What the cache keeps, and how long. After a change: reload cache', options, '$upstream_cache_status ')}
    # Answers lie in this folder, one file each, until nobody has asked for ten minutes.
    proxy_cache_path cache keys_zone=answers:1m max_size=20m inactive=10m;

    upstream site {
${at
  .peers('web')
  .map(peer => serverLine(peer, 'max_fails=3 fail_timeout=1s'))
  .join('')}    }

${opening(at)}${names}
        location / {
            proxy_pass http://site;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;

            # The site says what may be kept, and how long: Cache-Control, Expires, Vary.
            # Never kept: what is "private" or sets a cookie, and the answer to a POST.
            proxy_cache answers;
            add_header X-Cache $upstream_cache_status always;    # MISS, HIT, STALE, ...
            # Many want the same: one fetches it, the others wait. As long as a page takes,
            # no longer: those who want what must not be kept wait for nothing.
            proxy_cache_lock on;
            proxy_cache_lock_timeout 60ms;

            # Rather an old answer than none, and while a new one is on its way.
            proxy_cache_use_stale error timeout updating http_502 http_504;

            proxy_next_upstream error timeout http_502 http_504;
            proxy_connect_timeout 1s;
            # The balancer waits 3 s: enough to give up one server and ask another.
            proxy_read_timeout 2500ms;
            proxy_next_upstream_timeout 2600ms;
        }
${ending('cache')}`;
