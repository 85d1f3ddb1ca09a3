import { describe, expect, it } from 'vitest';
import { meantBy } from '../../src/lab/nearest.ts';
import { parseLab } from '../../src/lab/parse.ts';
import { runLines } from '../../src/lab/run.ts';
import { targetsOf } from '../../src/stack/topology.ts';
import { topologyByName } from '../../src/stack/topology-changes.ts';
import { fakeStack } from './fake-stack.ts';

const targets = targetsOf(topologyByName('mended'));

describe('what a word may mean', () => {
  it.each([
    ['nginx', 'web'],
    ['Nginx', 'web'],
    ['mysql', 'db'],
    ['mariadb', 'db'],
    ['node', 'app'],
    ['load-balancer', 'balancer'],
    ['nginx@server-2', 'web@server-2'],
    ['sever-2', 'server-2'],
    ['wbe', 'web'],
  ])('%s: %s', (word, meant) => {
    expect(meantBy(word, targets)).toBe(meant);
  });

  it('is nothing of what is not there', () => {
    expect(meantBy('varnish', targets)).toBeUndefined();
    expect(meantBy('nginx@server-9', targets)).not.toBe('web@server-9');
  });
});

it('stop nginx leads to the part, and asks nothing of the stack', async () => {
  const stack = fakeStack();
  const { signal } = new AbortController();
  const [result] = await runLines(parseLab('stop nginx').lines, stack, { signal });
  expect(result).toMatchObject({
    ok: false,
    summary: '"nginx" is not in this stack; did you mean: stop web',
  });
  expect(stack.asked).toEqual([]);
});
