import { StackError } from '../../../stack.ts';
import type { Placement } from '../../part.ts';
import { socketPath } from '../../socket-path.ts';
import { beginning, ending, names, type Options, opening, packing, shown, word } from './pieces.ts';

/** nginx.conf of a web server: in front of everything, or behind somebody who sends requests on to it. */
export const webConf = (at: Placement, options: Options): string => `\
${beginning('What the web server does with each request. After a change: reload web', options)}
    include mime.types;    # which ending is which Content-Type
    default_type application/octet-stream;
    sendfile on;
${at.plan.open ? packing : ''}
    # The application server: where requests go that no file answers.
    upstream app {
${appLines(at)}    }

${opening(at)}${names}        root ${word(publicDir(at))};
        absolute_redirect off;    # the browser knows this server by another port
${at.plan.open ? numbered : ''}
        # A file, if there is one; otherwise the application.
        location / {
            try_files $uri @app;
            expires 1m;    # a copy of the file may be used that long
        }

        location @app {
            proxy_pass http://app;
            proxy_set_header Host $http_host;
${at.plan.open ? told : passedOn}            proxy_connect_timeout 1s;
            proxy_read_timeout 2s;    # longer than this: 504 Gateway Time-out
        }
${ending('web server')}`;

/** nginx would read a `$` in a root as the name of a variable, and has no escape for it. */
const publicDir = ({ siteDir }: Placement): string => {
  if (siteDir.includes('$'))
    throw new StackError(
      `nginx cannot read files below ${siteDir}, because of the "$": set TMPDIR to another folder`,
    );
  return `${siteDir}/public`;
};

const appLines = (at: Placement): string =>
  at
    .peers('app')
    .map(({ here }) => `        server ${shown(here)};\n`)
    .join('') + besides(at);

/** The application listens on a UNIX socket as well; a path that has to be quoted is no help to anybody. */
const besides = (at: Placement): string => {
  const socket = socketPath(at, 'app');
  if (socket === undefined || word(socket) !== socket) return '';
  return `        # or without a port: server unix:${socket};\n`;
};

const numbered = `
        # Every answer carries the number under which all parts know the request.
        add_header X-Request-ID $trace_id always;
`;

/** What a front knows of the visitor. */
const told = `\
            proxy_set_header X-Request-ID $trace_id;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
`;

/** What only the front knows comes from there. */
const passedOn = `\
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            # X-Request-ID, X-Real-IP and X-Forwarded-Proto go on as they come from the
            # balancer. Nobody else reaches this server, so they can be believed.
`;
