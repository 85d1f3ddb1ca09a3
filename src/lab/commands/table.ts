import { controls } from './control.ts';
import { certificate, redirect } from './https.ts';
import { load } from './load.ts';
import { logs, status } from './look.ts';
import { post, request } from './request.ts';
import { resolve } from './resolve.ts';
import type { CommandSpec } from './spec.ts';
import { sql } from './sql.ts';
import { forget, reset, wait } from './world.ts';

/** The language: help, completion and errors come from this table. */
export const commandSpecs: readonly CommandSpec[] = [
  resolve,
  request,
  post,
  sql,
  logs,
  status,
  ...controls,
  certificate,
  redirect,
  load,
  forget,
  wait,
  reset,
];
