import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { siteFolder } from '../../../../src/stack/entries.ts';
import { type Browser, browse, fakeDatabase, load } from './site.ts';

const folder = siteFolder('v1');
const entry = { id: 1, user_id: null, name: 'Mia', message: 'Hello\nyou', created_at: '2026-01-05 09:12:00' };
let hash: string;
let db: ReturnType<typeof fakeDatabase>;
let visit: Browser;

beforeAll(async () => {
  const { hashPassword } = await load<{ hashPassword: (password: string) => Promise<string> }>(
    'passwords.js',
  );
  hash = await hashPassword('open sesame');
});

beforeEach(async () => {
  db = fakeDatabase((sql, [name]) => {
    if (sql.includes('FROM users'))
      return name === 'demo' ? [{ id: 7, name: 'demo', password_hash: hash }] : [];
    return sql.startsWith('SELECT') ? [entry] : [];
  });
  visit = await browse(db);
});

const signIn = async (cookies: Record<string, string> = {}): Promise<string> => {
  const { status, headers } = await visit('POST', '/sign-in', {
    cookies,
    form: { name: 'demo', password: 'open sesame' },
  });
  expect(status).toBe(303);
  return /^session=([^;]+)/.exec(headers['Set-Cookie'] ?? '')?.[1] ?? '';
};

describe('every page', () => {
  it.each([
    ['GET', '/', 200, 'pages/home.js'],
    ['GET', '/guestbook', 200, 'pages/guestbook.js'],
    ['GET', '/sign-in', 200, 'pages/sign-in.js'],
    ['GET', '/nope', 404, 'pages/errors.js'],
    ['GET', '/guestbook/', 404, 'pages/errors.js'],
    ['GET', '/sign-out', 405, 'pages/errors.js'],
    ['POST', '/', 405, 'pages/errors.js'],
    ['DELETE', '/guestbook', 405, 'pages/errors.js'],
    ['GET', '/../schema.sql', 404, 'pages/errors.js'],
    ['GET', '/..%2fschema.sql', 404, 'pages/errors.js'],
    ['GET', '/constructor', 404, 'pages/errors.js'],
    ['constructor', '/', 405, 'pages/errors.js'],
  ])('%s %s is a %d made by %s', async (method, path, status, file) => {
    const response = await visit(method, path);
    expect(response).toMatchObject({ status, file });
    expect(response.body).toMatch(/^<!doctype html>/);
    expect(response.body).toMatch(/<footer>Built by server-1, version v1, in \d+\.\d ms<\/footer>/);
    expect(response.headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': expect.stringContaining("default-src 'none'"),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
    });
  });

  it('obeys its own content security policy: no script, no style of its own', async () => {
    for (const path of ['/', '/guestbook', '/sign-in', '/slow']) {
      const { body } = await visit('GET', path, { query: { ms: '0' } });
      expect(body).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    }
  });

  it('links only to what exists', async () => {
    for (const path of ['/', '/guestbook', '/sign-in', '/nope']) {
      const { body = '' } = await visit('GET', path);
      for (const [, link = ''] of body.matchAll(/(?:href|src|action)="([^"]+)"/g)) {
        const statics = await readdir(join(folder, 'public'));
        if (!statics.includes(link.slice(1))) expect((await visit('GET', link)).status, link).not.toBe(404);
      }
    }
  });

  it('says which methods it knows', async () => {
    expect((await visit('PUT', '/guestbook')).headers.Allow).toBe('GET, POST');
  });
});

describe('/health and /slow', () => {
  it('health is text, and asks nobody', async () => {
    expect(await visit('GET', '/health')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(db.asked).toEqual([]);
  });

  it.each([
    ['20', 20],
    ['0', 0],
    ['-5', 0],
    ['nonsense', 0],
    ['<b>', 0],
  ])('slow?ms=%s waits %d ms', async (ms, waited) => {
    const started = performance.now();
    expect((await visit('GET', '/slow', { query: { ms } })).body).toContain(`waited for ${waited} ms`);
    expect(performance.now() - started).toBeGreaterThanOrEqual(waited - 1);
  });

  it('nobody can keep a worker for longer than ten seconds', async () => {
    const { waitOf } = await load<{ waitOf: (query: { ms?: string }) => number }>('pages/slow.js');
    expect(['9999', '10001', '1e9', 'Infinity'].map(ms => waitOf({ ms }))).toEqual([
      9999, 10_000, 10_000, 10_000,
    ]);
    expect(waitOf({})).toBe(1000);
  });
});

describe('the guestbook', () => {
  it('shows entries, and asks for a limited number of them', async () => {
    const { body } = await visit('GET', '/guestbook');
    expect(body).toContain('<p class="message">Hello\nyou</p>');
    expect(body).toContain('<time>2026-01-05 09:12:00</time>');
    expect(db.asked).toEqual([{ sql: expect.stringMatching(/ORDER BY id DESC LIMIT 20$/), values: [] }]);
  });

  it('says so when it is empty', async () => {
    visit = await browse(fakeDatabase());
    expect((await visit('GET', '/guestbook')).body).toContain('Nobody has signed yet');
  });

  it('takes an entry and sends the browser back to the list', async () => {
    const response = await visit('POST', '/guestbook', { form: { name: ' Mia ', message: ' Hi\r\nthere ' } });
    expect(response).toMatchObject({ status: 303, headers: { Location: '/guestbook' } });
    expect(db.asked).toEqual([
      { sql: expect.stringMatching(/^INSERT .* VALUES \(\?, \?, \?\)$/), values: [null, 'Mia', 'Hi\nthere'] },
    ]);
  });

  it.each([
    [{}, 'Please write your name.'],
    [{ name: 'Mia', message: ' \n ' }, 'Please write your message.'],
    [{ name: 'x'.repeat(41), message: 'a' }, 'Please keep your name to 40 characters; it has 41.'],
    [{ name: 'Mia', message: 'x'.repeat(501) }, 'Please keep your message to 500 characters; it has 501.'],
  ])('sends back what it cannot take, with a friendly sentence', async (form, sentence) => {
    const { status, body } = await visit('POST', '/guestbook', { form: form as Record<string, string> });
    expect(status).toBe(422);
    expect(body).toContain(sentence);
    expect(db.asked.every(({ sql }) => sql.startsWith('SELECT'))).toBe(true);
  });

  it('keeps what was typed in the form that it sends back', async () => {
    const { body } = await visit('POST', '/guestbook', { form: { name: 'M"ia', message: '' } });
    expect(body).toContain('value="M&quot;ia"');
  });

  it('lets no text into SQL or markup, whatever it is', async () => {
    const nasty = fc.string({
      unit: fc.constantFrom("'", '"', '<', '>', '--', ';', '/*', '\\', '?', 'x', ' '),
    });
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (name, message) => {
        const asked = fakeDatabase(() => [{ ...entry, name: `<i>${name}`, message: `<i>${message}` }]);
        const open = await browse(asked);
        const { body = '' } = await open('POST', '/guestbook', { form: { name: `<b>${name}`, message } });
        await open('POST', '/sign-in', { form: { name: `<b>${name}`, password: '' } }).then(answer =>
          expect(answer.body).not.toMatch(/<b>/),
        );
        const page = await open('GET', '/guestbook');
        expect(body + page.body).not.toMatch(/<[bi]>/);
        for (const { sql } of asked.asked) expect(sql).not.toMatch(/['"<>;\\]|--|\/\*/);
      }),
      { numRuns: 25 },
    );
  });
});

describe('signing in', () => {
  it('gives a session, whose name is on every page and under every entry', async () => {
    const session = await signIn();
    expect((await visit('GET', '/', { cookies: { session } })).body).toContain('Sign out demo');
    await visit('POST', '/guestbook', {
      cookies: { session },
      form: { name: 'Somebody else', message: 'Hi' },
    });
    expect(db.asked.at(-1)?.values).toEqual([7, 'demo', 'Hi']);
    expect((await visit('GET', '/', { cookies: { session: 'forged' } })).body).toContain('/sign-in');
  });

  it('renews the id of the session', async () => {
    const first = await signIn();
    const second = await signIn({ session: first });
    expect((await visit('GET', '/', { cookies: { session: first } })).body).not.toContain('Sign out');
    expect((await visit('GET', '/', { cookies: { session: second } })).body).toContain('Sign out demo');
    expect(await signIn({ session: 'planted' })).not.toBe('planted');
  });

  it.each([
    ['a wrong password', { name: 'demo', password: 'wrong' }],
    ['a name that nobody has', { name: 'nobody', password: 'open sesame' }],
    ['no password', { name: 'demo' }],
    ['nothing', {}],
  ])('with %s is refused, always with the same words', async (_, form) => {
    const response = await visit('POST', '/sign-in', { form: form as Record<string, string> });
    expect(response.status).toBe(403);
    expect(response.body).toContain('This name and this password do not belong together.');
    expect(response.headers).not.toHaveProperty('Set-Cookie');
  });

  it('ends with signing out', async () => {
    const session = await signIn();
    const answer = await visit('POST', '/sign-out', { cookies: { session } });
    expect(answer).toMatchObject({ status: 303, headers: { Location: '/' } });
    expect((await visit('GET', '/', { cookies: { session } })).body).not.toContain('Sign out');
  });

  it('leads to a path of our own, whatever the request says', async () => {
    const request = {
      query: { next: 'http://evil.example', return: '//evil.example' },
      headers: { referer: 'http://evil.example' },
      form: { name: 'demo', password: 'open sesame', next: '//evil.example' },
    };
    expect((await visit('POST', '/sign-in', request)).headers.Location).toBe('/guestbook');
  });
});

describe('a form from another website', () => {
  it.each(['/guestbook', '/sign-in', '/sign-out'])('changes nothing at %s', async path => {
    const session = await signIn();
    const before = db.asked.length;
    const response = await visit('POST', path, {
      cookies: { session },
      headers: { origin: 'http://evil.example' },
      form: { name: 'demo', password: 'open sesame', message: 'spam' },
    });
    expect(response).toMatchObject({ status: 403, file: 'same-site.js' });
    expect(db.asked).toHaveLength(before);
    expect((await visit('GET', '/', { cookies: { session } })).body).toContain('Sign out demo');
  });
});

describe('the files of the site', () => {
  const files = async () =>
    (await readdir(folder, { recursive: true })).filter(file => /\.(js|sql)$/.test(file)).sort();

  it('are short enough to be read', async () => {
    for (const file of await files())
      expect((await readFile(join(folder, file), 'utf8')).split('\n').length, file).toBeLessThanOrEqual(61);
  });

  it('import nothing but Node and each other', async () => {
    for (const file of await files()) {
      const text = await readFile(join(folder, file), 'utf8');
      for (const [, name] of text.matchAll(/from '([^']+)'/g)) expect(name, file).toMatch(/^(node:|\.\.?\/)/);
    }
  });
});
