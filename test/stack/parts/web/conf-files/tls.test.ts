import { describe, expect, it } from 'vitest';
import { nginxConf } from '../../../../../src/stack/parts/web/conf-files/files.ts';
import { withRedirect, withTls } from '../../../../../src/stack/parts/web/conf-files/tls.ts';
import { peer, placed, planOf } from '../places.ts';

const secured = (part: 'web' | 'balancer') =>
  placed({
    dir: '/run',
    siteDir: '/run/site',
    listen: { host: '127.0.0.1', port: 8080 },
    secure: { host: '127.0.0.1', port: 8443 },
    plan: planOf(part, 'a-1', '8.8.8.8', { open: true, secure: { host: '8.8.8.8', port: 443 } }),
    peers: [peer(part === 'web' ? 'app' : 'web', 'a-1', '127.0.0.1', 8000)],
  });

describe.each(['web', 'balancer'] as const)('the nginx.conf of a %s', part => {
  const at = secured(part);
  const plain = nginxConf(at);
  const tls = withTls(plain, at);

  it('listens on both ports, and says which address of the story each is', () => {
    expect(tls).toContain(`
        listen 127.0.0.1:8080;    # 8.8.8.8:80
        listen 127.0.0.1:8443 ssl;    # 8.8.8.8:443
        ssl_certificate tls/www.foobar.com.crt;
        ssl_certificate_key tls/www.foobar.com.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        server_name `);
    expect(tls.split('\n')).toHaveLength(plain.split('\n').length + 4);
  });

  it('is made to, also when it was edited, and only once', () => {
    const edited = plain.replace(
      / {8}listen 127\.0\.0\.1:8080;.*/,
      '\tlisten  127.0.0.1:8080 default_server;',
    );
    expect(withTls(edited, at)).toContain(
      '\tlisten  127.0.0.1:8080 default_server;\n\tlisten 127.0.0.1:8443 ssl;',
    );
    expect(withTls(tls, at)).toBe(tls);
  });

  it('is left alone where somebody listens elsewhere, or where the plan has none', () => {
    const elsewhere = plain.replaceAll('127.0.0.1:8080', '127.0.0.1:80801');
    expect(withTls(elsewhere, at)).toBe(elsewhere);
    const { secure: _, ...without } = at;
    expect(withTls(plain, without)).toBe(plain);
  });

  it('can redirect, and go back', () => {
    const sentOn = withRedirect(tls, at, true) ?? '';
    expect(sentOn.indexOf('return 301 https://$host$request_uri;')).toBeLessThan(sentOn.indexOf(' ssl;'));
    expect(sentOn.split('127.0.0.1:8080;')).toHaveLength(2);
    expect(withRedirect(sentOn, at, true)).toBe(sentOn);
    expect(withRedirect(sentOn, at, false)).toBe(tls);
    expect(withRedirect(tls, at, false)).toBe(tls);
  });

  it('cannot redirect where it does not listen as generated', () => {
    expect(withRedirect(plain, at, true)).toBeUndefined();
    expect(withRedirect(tls.replace('# 8.8.8.8:80\n', '\n'), at, true)).toBeUndefined();
  });
});
