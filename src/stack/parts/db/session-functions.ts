import type { FunctionContext } from './functions.ts';
import { countProduced, type SessionState } from './session-state.ts';
import { serverVersion } from './variables.ts';

/** Longest time that a timer can be set to. */
const longestSleep = 2 ** 31 - 1;

/** What SQL's functions see of the session that calls them. */
export const functionContext = (state: SessionState): FunctionContext => {
  const { connection, host } = state.client;
  const user = () => `${state.account.user}@${host}`;
  return {
    now: () => {
      state.running.now ??= new Date();
      return state.running.now;
    },
    user,
    account: user,
    database: () => state.chosen ?? null,
    version: serverVersion,
    connection,
    lastInsertId: next => {
      if (next !== undefined) state.lastInsertId = next;
      return state.lastInsertId;
    },
    rowCount: () => state.rowCount,
    systemVariable: name =>
      name === 'warning_count' ? BigInt(state.warnings.length) : state.variables.get(name),
    userVariable: name => state.userVariables.get(name) ?? null,
    // The statement sleeps when it is done, so that the others go on meanwhile.
    sleep: seconds => {
      state.running.sleepMs = Math.min(longestSleep, state.running.sleepMs + seconds * 1000);
    },
    produced: length => countProduced(state.running, length),
    patternBudget: () => state.running.patterns,
    drawn: make => {
      const { repeats, drawn } = state.running;
      if (repeats) return repeats.drawn[repeats.next++] ?? null;
      const value = make();
      drawn?.push(value);
      return value;
    },
    markAssigned: (assignments, changes) => {
      const { counted } = state.running;
      counted.changes ||= changes;
      if (++counted.assigned % assignments !== 0) return;
      counted.found++;
      if (counted.changes) counted.changed++;
      counted.changes = false;
    },
  };
};
