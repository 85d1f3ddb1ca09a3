import { chaos } from './chaos.ts';
import { controls } from './control.ts';
import { deploy } from './deploy.ts';
import { delay, purge } from './distance.ts';
import { edit, replace } from './files.ts';
import { certificate, redirect } from './https.ts';
import { load } from './load.ts';
import { logs, status } from './look.ts';
import { post, request } from './request.ts';
import { resolve } from './resolve.ts';
import type { CommandSpec } from './spec.ts';
import { sql } from './sql.ts';
import { add, move, promote, scale } from './topology.ts';
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
  add,
  move,
  promote,
  scale,
  deploy,
  chaos,
  delay,
  purge,
  edit,
  replace,
  forget,
  wait,
  reset,
];
