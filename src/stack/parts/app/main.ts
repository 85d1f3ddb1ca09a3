import { readFile } from 'node:fs/promises';
import { runPart } from '../process.ts';
import { startApp } from './app.ts';
import type { AppPlace } from './contract.ts';
import { readSettings } from './settings.ts';

runPart('app', async () => {
  const [, , settings, place] = process.argv;
  if (!settings || !place) throw new Error('usage: node main.ts app.json place.json');
  return startApp(JSON.parse(await readFile(place, 'utf8')) as AppPlace, () => readSettings(settings));
});
