import { readFile } from 'node:fs/promises';
import { runPart } from '../process.ts';
import { startApp } from './app.ts';

runPart('app', async () => {
  const [, , file] = process.argv;
  if (!file) throw new Error('usage: node main.ts CONFIG.json');
  return startApp(JSON.parse(await readFile(file, 'utf8')));
});
