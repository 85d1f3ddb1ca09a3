import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { load } from './site.ts';

const { html } = await load<{
  html: (parts: TemplateStringsArray, ...values: unknown[]) => { text: string };
}>('html.js');
const { isSameSite } = await load<{ isSameSite: (headers: Record<string, string>) => boolean }>(
  'same-site.js',
);
const { clean, cleanLine, complaint } = await load<{
  clean: (text?: string) => string;
  cleanLine: (text?: string) => string;
  complaint: (what: string, text: string, limit: number) => string | undefined;
}>('fields.js');
const { hashPassword, isPassword } = await load<{
  hashPassword: (password: string) => Promise<string>;
  isPassword: (password: string, stored?: string) => Promise<boolean>;
}>('passwords.js');
const { createSessions } = await load<{
  createSessions: () => {
    find: (id?: string) => unknown;
    open: (user: unknown, oldId?: string, scheme?: string) => Record<string, string>;
    close: (id?: string) => Record<string, string>;
  };
}>('sessions.js');

const idOf = (headers: Record<string, string>) => /session=([^;]*)/.exec(headers['Set-Cookie'] ?? '')?.[1];

describe('html', () => {
  it('escapes what people typed, and nothing that it made itself', () => {
    const item = html`<li>${'<script>alert("&\'")</script>'}</li>`;
    expect(html`<ul title="${'a"b'}">${[item, item]}${undefined}${null}${false}${0}</ul>`.text).toBe(
      `<ul title="a&quot;b">${'<li>&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;</li>'.repeat(2)}0</ul>`,
    );
  });

  it('lets no text become markup, and loses none', () => {
    const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'`/=;a# l$\\', '&lt;', '${') }), text => {
        const [, shown = ''] = /^<p>(.*)<\/p>$/s.exec(html`<p>${text}</p>`.text) ?? [];
        expect(shown).not.toMatch(/[<>"']/);
        expect(shown.replaceAll(/&([^;]+);/g, (_, name) => entities[name] ?? '?')).toBe(text);
      }),
    );
  });

  it('does not take an object for markup because it looks like some', () => {
    expect(html`${{ text: '<b>', toString: () => '<i>' }}`.text).toBe('&lt;i&gt;');
  });
});

describe('a form', () => {
  const host = 'www.foobar.com';
  it.each([
    [true, {}],
    [true, { 'sec-fetch-site': 'same-origin' }],
    [true, { 'sec-fetch-site': 'none' }],
    [true, { origin: 'http://www.foobar.com' }],
    [true, { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' }],
    [false, { 'sec-fetch-site': 'cross-site' }],
    [false, { 'sec-fetch-site': 'same-site' }],
    [false, { 'sec-fetch-site': '' }],
    [false, { 'sec-fetch-site': 'cross-site', origin: 'http://www.foobar.com' }],
    [false, { origin: 'http://evil.example' }],
    [false, { origin: 'http://www.foobar.com.evil.example' }],
    [false, { origin: 'http://www.foobar.com:8080' }],
    [false, { origin: 'null' }],
    [false, { origin: '' }],
  ])('is accepted: %s, with %j', (accepted, headers) => {
    expect(isSameSite({ host, ...(headers as Record<string, string>) })).toBe(accepted);
  });

  it('without a host is not from here, wherever it comes from', () => {
    expect(isSameSite({ origin: 'null' })).toBe(false);
  });
});

describe('fields', () => {
  it('lose control characters and outer space, and keep line breaks where there may be some', () => {
    expect(clean(' a\u0000b\u001b[31m\r\nc\t ')).toBe('a b [31m\nc');
    expect(cleanLine(' a \n b ')).toBe('a b');
    expect(clean(undefined)).toBe('');
  });

  it('are complained about in a sentence', () => {
    expect(complaint('your name', '', 5)).toBe('Please write your name.');
    expect(complaint('your name', 'abcdef', 5)).toBe('Please keep your name to 5 characters; it has 6.');
    expect(complaint('your name', 'abcde', 5)).toBeUndefined();
  });
});

describe('passwords', () => {
  it('fit their own hash only, and two hashes of one password differ', async () => {
    const hash = await hashPassword('open sesame');
    expect(hash).toMatch(/^scrypt\$[\w-]{22}\$[\w-]{43}$/);
    expect(await hashPassword('open sesame')).not.toBe(hash);
    expect(await isPassword('open sesame', hash)).toBe(true);
    expect(await isPassword('open sesame ', hash)).toBe(false);
    expect(await isPassword('', hash)).toBe(false);
    expect(await isPassword('anything')).toBe(false);
  });
});

describe('sessions', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are found by ids that nobody can guess, until they are closed', () => {
    const sessions = createSessions();
    const header = sessions.open({ name: 'Mia' });
    expect(header['Set-Cookie']).toMatch(/^session=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/$/);
    expect(sessions.find(idOf(header))).toEqual({ name: 'Mia' });
    for (const scheme of ['http', undefined])
      expect(sessions.open({ name: 'Mia' }, undefined, scheme)['Set-Cookie']).not.toContain('Secure');
    expect(sessions.open({ name: 'Mia' }, undefined, 'https')['Set-Cookie']).toMatch(/; Path=\/; Secure$/);
    expect(sessions.find('guess')).toBeUndefined();
    expect(sessions.find(undefined)).toBeUndefined();
    expect(sessions.close(idOf(header))['Set-Cookie']).toContain('Max-Age=0');
    expect(sessions.find(idOf(header))).toBeUndefined();
  });

  it('get a new id at every sign-in, and the old one is worth nothing', () => {
    const sessions = createSessions();
    const first = idOf(sessions.open({ name: 'Mia' }));
    const second = idOf(sessions.open({ name: 'Mia' }, first));
    expect(second).not.toBe(first);
    expect(sessions.find(first)).toBeUndefined();
    expect(sessions.find(second)).toEqual({ name: 'Mia' });
  });

  it('end after an hour', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const sessions = createSessions();
    const id = idOf(sessions.open({ name: 'Mia' }));
    vi.advanceTimersByTime(60 * 60 * 1000 - 1);
    expect(sessions.find(id)).toBeDefined();
    vi.advanceTimersByTime(1);
    expect(sessions.find(id)).toBeUndefined();
  });

  it('are not more than ten thousand; the oldest goes', () => {
    const sessions = createSessions();
    const ids = Array.from({ length: 10_001 }, (_, number) => idOf(sessions.open({ number })));
    expect(sessions.find(ids[0])).toBeUndefined();
    expect(sessions.find(ids[1])).toEqual({ number: 1 });
    expect(sessions.find(ids[10_000])).toEqual({ number: 10_000 });
  });
});
