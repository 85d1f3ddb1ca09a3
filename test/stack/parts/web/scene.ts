import type { Scene } from './engines.ts';

interface Text {
  main?: string;
  events?: string;
  http?: string;
  server?: string;
}

/** A small nginx.conf around what is to be shown; `APP` stands for the address of the application. */
export const around =
  ({ main = '', events = '', http = '', server = '' }: Text): NonNullable<Scene['conf']> =>
  ({ port, app, site, user }) =>
    `
${user}
pid logs/nginx.pid; error_log logs/error.log info; ${main}
events { ${events} }
http {
  access_log logs/access.log; include tutor.conf;
  ${http}
  server {
    listen 127.0.0.1:${port};
    root ${site}/public;
    location = /web-ready { access_log off; return 204; }
    ${server}
  }
}`.replaceAll('APP', `127.0.0.1:${app}`);
