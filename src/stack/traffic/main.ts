/**
 * The load generator: a process of its own, so that neither the screens nor the parts take time from it. Speaks
 * `protocol.ts` over Node's channel and ends with the load, or with the tutor.
 */
import { runPart } from '../parts/process.ts';
import { type Generator, startGenerator } from './generator.ts';
import { readRequest, type Surroundings, type TrafficReport } from './protocol.ts';
import type { Span } from './span.ts';
import { createVisitors } from './visitors.ts';

let generator: Generator | undefined;
let surroundings: Surroundings | undefined;
const spans = new Map<number, { end(): Promise<Span> }>();

const report = (message: TrafficReport, done = (): void => {}): void => {
  if (process.connected) process.send?.(message, undefined, {}, done);
};

const obey = (message: unknown): void => {
  const request = readRequest(message);
  switch (request.type) {
    case 'stop':
      generator?.stop();
      return;
    case 'span-begins':
      if (generator) spans.set(request.span, generator.span());
      return;
    case 'span-ends':
      void spans
        .get(request.span)
        ?.end()
        .then(span => report({ type: 'span', number: request.span, span }));
      return;
    case 'surroundings':
    case 'begin':
      surroundings = request.surroundings;
  }
  if (request.type !== 'begin' || generator) return;
  const visit = createVisitors(request.order, () => surroundings ?? request.surroundings);
  generator = startGenerator(request.order, visit, window => report({ type: 'window', window }));
  void generator.done.then(() => report({ type: 'ended' }, () => process.exit(0)));
};

runPart('traffic', async () => {
  if (!process.connected) throw new Error('it is started by the tutor');
  process.on('disconnect', () => process.exit(0));
  process.on('message', obey);
  return { close: () => {} };
});
