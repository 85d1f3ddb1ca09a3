import type { Reporter, TestCase } from 'vitest/node';

/** Behind vitest's own report: what was skipped, by name, and one line that counts. */
export const summary: Reporter = {
  onTestRunEnd: modules => {
    const tests = modules.flatMap(module => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter(test => test.result().state === state).length;
    const skipped = new Set(tests.filter(test => test.result().state === 'skipped').map(reasonOf));
    for (const reason of skipped) console.log(`skipped: ${reason}`);
    const broken = modules.reduce((sum, module) => sum + module.errors().length, 0);
    console.log(`${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped`);
  },
};

/** The file, and the name of the outermost group that says why; else that of the test itself. */
const reasonOf = (test: TestCase): string => {
  const names = test.fullName.split(' > ');
  const name = names.find(part => part.includes('skipped')) ?? names[0];
  return `${test.module.relativeModuleId}: ${name}`;
};
