import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Stack } from '../../src/stack/stack.ts';

/** Fills in the form as a visitor does, and waits for the page that shows the entry. */
export const signGuestbook = async (page: Page, url: string, entry: { name: string; message: string }) => {
  await page.goto(url);
  await page.getByLabel('Name').fill(entry.name);
  await page.getByLabel('Message').fill(entry.message);
  await page.getByRole('button', { name: 'Sign the guestbook' }).click();
  await page.getByText(entry.message).waitFor();
  expect(page.url()).toBe(url);
};

/** The messages in the database, as the client of MariaDB prints them. */
export const messagesInDatabase = ({ host, port, user, password, database }: Stack['mysql']): string[] => {
  const { stdout, stderr, status } = spawnSync('mariadb', [
    ...['--protocol=tcp', '--skip-ssl', '-h', host, '-P', String(port), '-u', user, `-p${password}`],
    ...[database, '--skip-column-names', '-e', 'SELECT message FROM entries'],
  ]);
  expect(status, String(stderr)).toBe(0);
  return String(stdout).split('\n').filter(Boolean);
};

export const hasMariadbClient = spawnSync('mariadb', ['--version']).status === 0;
