import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merged } from '../../../../src/stack/merge.ts';
import type { AppSettings } from '../../../../src/stack/parts/app/contract.ts';
import { readJson } from '../../../../src/stack/parts/app/json.ts';
import { parseSettings, settingsText } from '../../../../src/stack/parts/app/settings.ts';

const settings: AppSettings = {
  workers: 8,
  queue: 100,
  serviceMs: 40,
  databases: [{ host: '127.0.0.1', port: 3306 }],
  user: 'web',
  password: 'secret',
  database: 'foobar',
};
const text = settingsText(settings);

describe('the configuration of the application server', () => {
  it('is short, and one can see what is what', () => {
    expect(text).toBe(`{
  "workers": 8,

  "queue": 100,
  "serviceMs": 40,

  "databases": [
    { "host": "127.0.0.1", "port": 3306 }
  ],

  "user": "web",
  "password": "secret",
  "database": "foobar"
}
`);
  });

  it('is read back as it was written', () => {
    const database = fc.record({
      host: fc.constantFrom('127.0.0.1', '127.0.0.53', '::1'),
      port: fc.integer({ min: 1, max: 65535 }),
    });
    fc.assert(
      fc.property(
        fc.record({
          workers: fc.integer({ min: 1, max: 16 }),
          queue: fc.nat(100_000),
          serviceMs: fc.nat(60_000),
          databases: fc.array(database, { minLength: 1, maxLength: 4 }),
          user: fc.string(),
          password: fc.string({ unit: 'grapheme' }),
          database: fc.string(),
        }),
        given => {
          expect(parseSettings(settingsText(given), 'app.json')).toEqual(given);
        },
      ),
    );
  });

  it.each([
    [
      '"workers": 8',
      '"workers": "eight"',
      '2: "workers" must be a whole number from 1 to 16: as many as this server bears, and is "eight"',
    ],
    [
      '"workers": 8',
      '"workers": 17',
      '2: "workers" must be a whole number from 1 to 16: as many as this server bears, and is 17',
    ],
    [
      '"workers": 8',
      '"workers": 0',
      '2: "workers" must be a whole number from 1 to 16: as many as this server bears, and is 0',
    ],
    [
      '"workers": 8',
      '"wokers": 8',
      '1: "workers" is missing: expected a whole number from 1 to 16: as many as this server bears',
    ],
    [
      '"queue": 100,',
      '"queue": 100,\n  "queues": 3,',
      '5: "queues" is not known; expected workers, queue, serviceMs, databases, user, password, database',
    ],
    [
      '"serviceMs": 40',
      '"serviceMs": 0.5',
      '5: "serviceMs" must be a whole number from 0 to 60000, and is 0.5',
    ],
    [
      '"127.0.0.1"',
      '"8.8.8.8"',
      '8: "host" must be an address of this machine, such as "127.0.0.1", and is "8.8.8.8"',
    ],
    [
      '"127.0.0.1"',
      '"127.0.0.1.example.com"',
      '8: "host" must be an address of this machine, such as "127.0.0.1", and is "127.0.0.1.example.com"',
    ],
    [
      '3306 }',
      '3306 },\n    { "host": "127.0.0.1", "port": 0 }',
      '9: "port" must be a whole number from 1 to 65535, and is 0',
    ],
    ['3306 }', '3306 },\n    3307', '9: expected { "host": …, "port": … }'],
    [/\[[^\]]*\]/, '[]', '7: "databases" must be a list of at least one { "host": …, "port": … }, and is []'],
    ['"user": "web"', '"user": null', '11: "user" must be a text in quotation marks, and is null'],
    ['"queue": 100,', '"queue": 100', '5: expected "," or "}", found "serviceMs"'],
    ['"queue": 100,', '"queue": many,', '4: expected a value, found many'],
    ['"queue": 100,', 'queue: 100,', '4: expected a name in quotation marks, found queue'],
    ['"queue": 100,', '"queue" 100,', '4: expected ":", found 100'],
    ['"queue": 100,', '"queue": 01,', '4: expected a value, found 01'],
    ['"user": "web"', '"user": "web', '11: expected a text in quotation marks, found "web,'],
    ['"foobar"\n}', '"foobar",\n}', '14: expected a name in quotation marks, found }'],
    ['"foobar"\n}', '"foobar"\n', '13: expected "," or "}", found the end of the file'],
    ['"foobar"\n}', '"foobar"\n}}', '14: expected the end of the file, found }'],
    [/^.*$/s, '', '1: expected a value, found the end of the file'],
    [/^.*$/s, '[]', '1: expected { … } with the settings'],
  ])('where %s became %s is refused with line and reason', (before, after, message) => {
    const edited = text.replace(before, after);
    expect(edited).not.toBe(text);
    expect(() => parseSettings(edited, 'app.json')).toThrow(`app.json:${message}`);
  });

  it('keeps the edits of learners where the plan changes: workers, databases and the rest apart', async () => {
    const after = settingsText({
      ...settings,
      workers: 16,
      databases: [{ host: '127.0.0.1', port: 4000 }, ...settings.databases],
    });
    for (const [from, to] of [
      ['"queue": 100', '"queue": 7'],
      ['"serviceMs": 40', '"serviceMs": 41'],
      ['"password": "secret"', '"password": "wrong"'],
      ['"user": "web"', '"user": "nobody"'],
    ] as const) {
      const result = await merged({ present: text.replace(from, to), before: text, after });
      expect(result).toBe(after.replace(from, to));
    }
  });
});

describe('JSON', () => {
  it('is read as JSON.parse reads it, however it is laid out', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, 4), (json, indent) => {
        const laidOut = JSON.stringify(JSON.parse(json), undefined, indent);
        // Without a prototype: compared by what is written.
        expect(JSON.stringify(readJson(laidOut).value)).toBe(JSON.stringify(JSON.parse(laidOut)));
      }),
    );
  });

  it('is refused where JSON.parse refuses it', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', '1', '\\', 'x', '\n'),
        (json, at, noise) => {
          const place = at % (json.length + 1);
          const damaged = json.slice(0, place) + noise + json.slice(place + 1);
          let expected = true;
          try {
            JSON.parse(damaged);
          } catch {
            expected = false;
          }
          let found = true;
          try {
            readJson(damaged);
          } catch {
            found = false;
          }
          expect(found, damaged).toBe(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('knows the line of each value', () => {
    const { lines } = readJson('{"a":\n1, "b": [\n\n{"c": 2}]}');
    expect(Object.fromEntries(lines)).toEqual({ '': 1, a: 2, b: 2, 'b.0': 4, 'b.0.c': 4 });
  });
});
