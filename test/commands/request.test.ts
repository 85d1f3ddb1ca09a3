import { describe, expect, it } from 'vitest';
import { linesOf, run } from './cli.ts';

describe('request', () => {
  it('prints the trace as one JSON object', async () => {
    const { code, stdout } = await run(['request', '/guestbook', '--json']);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toHaveLength(1);
    const trace = JSON.parse(stdout);
    expect(Object.keys(trace)).toEqual(['url', 'outcome', 'status', 'durationMs', 'requestId', 'hops']);
    expect(trace).toMatchObject({
      url: 'http://www.foobar.com/guestbook',
      outcome: '200 from app',
      status: 200,
      durationMs: expect.any(Number),
      requestId: expect.stringMatching(/^\w+$/),
    });
    expect(trace.hops.map(({ part }: { part: string }) => part)).toEqual([
      'names',
      'names',
      'dns',
      'tcp',
      'http',
      'web',
      'app',
      'db',
    ]);
  });

  it('has null for what is unknown, and exit 1, when there is no HTTP answer', async () => {
    const { code, stdout, stderr } = await run(['request', 'http://nobody.foobar.com/', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'nxdomain', status: null, requestId: null });
    expect(stderr).toContain('nobody.foobar.com');
  });

  it('prints in words what every part did and said', async () => {
    const { code, stdout } = await run(['request']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^GET http:\/\/www\.foobar\.com\/\n200 from app, /);
    expect(stdout).toContain('connected to 8.8.8.8:80 (here 127.0.0.1:');
    expect(stdout).toContain('HTTP/1.1 200 OK');
    expect(linesOf(stdout).filter(line => line.length > 80)).toEqual([]);
  });
});
