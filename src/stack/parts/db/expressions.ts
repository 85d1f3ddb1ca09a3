/** Rewrites MySQL's queries and expressions, token by token, into SQLite's. */

import { accept, type Cursor, expect, fail, peek, sees, tableName } from './cursor.ts';
import { dateUnits } from './dates.ts';
import { bytesValue, type Emitter, emit, emitName, emitParam, emitValue } from './emitter.ts';
import { fileRefused, MysqlError, noSuchTable, notSupported } from './errors.ts';
import { bareFunctions } from './function-names.ts';
import { functionName } from './functions.ts';
import { keywords, ownPrefix, quoteName, windowKeywords } from './guard.ts';
import { type Level, level } from './level.ts';
import { checkTable, isInformationSchema } from './scope.ts';
import type { Token } from './tokens.ts';
import {
  alsoFunctions,
  bindsNumbers,
  castTypes,
  clauses,
  fileFunctions,
  isIntroducer,
  isReserved,
  nameOf,
  operators,
  refusedOperators,
  selectModifiers,
  wordOperators,
} from './words.ts';

/** One item of a select list: its tokens from here to there, as far as the result's type depends on it. */
export interface SelectItem {
  from: number;
  to: number;
}

export interface WalkOptions {
  clause: string;
  /** Where to stop, outside of all parentheses; the end and a closing parenthesis stop it anyway. */
  until?: (cursor: Cursor) => boolean;
  /** Whether VALUES(column) means the row that could not be inserted. */
  upsert?: boolean;
  /** Another name for the row that could not be inserted. */
  rowAlias?: string | undefined;
}

/** Rewrites from the cursor on; it stays at what stopped the walk. Returns the items of the outer select list. */
export const walk = (cursor: Cursor, out: Emitter, options: WalkOptions): SelectItem[] => {
  const items: SelectItem[] = [];
  const levels: Level[] = [level(options.clause, out.pieces.length)];
  let here = levels[0] as Level;
  let firstList = true;

  const put = (token: Token, sql: string) => emit(out, token.at, sql);

  const push = (inner: Level) => {
    levels.push(inner);
    here = inner;
  };

  const afterPoint = () => cursor.tokens[cursor.at - 1]?.text === '.';

  /** An operand is complete: what waited for it can be written. */
  const operandEnded = (start: number) => {
    here.operand = true;
    here.operandAt = start;
    if (here.like && !sees(cursor, '.')) {
      here.like = false;
      // SQLite knows no escape character in patterns unless it is told.
      if (!sees(cursor, 'ESCAPE')) emit(out, peek(cursor)?.at ?? cursor.text.length, `ESCAPE '\\'`);
    }
  };

  const name = (token: Token) => {
    const start = afterPoint() ? here.operandAt : out.pieces.length;
    emitName(out, token, here.clause);
    cursor.at++;
    // SQLite would call a function by a quoted name too.
    if (sees(cursor, '(')) fail(cursor);
    operandEnded(start);
  };

  /** Ends the current item of a select list, and names it as MySQL does: by its text. */
  const endItem = () => {
    if (here.item === undefined) return;
    const tokens = cursor.tokens.slice(here.item, cursor.at);
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (levels.length === 1 && firstList) items.push({ from: here.item, to: cursor.at });
    const before = tokens.at(-2)?.text;
    const star = last?.text === '*' && (tokens.length === 1 || before === '.');
    if (first && last && !star && !here.aliased) {
      const isColumn = tokens.every(({ kind, text }, i) =>
        i % 2 ? text === '.' : kind === 'word' || kind === 'quoted',
      );
      const source = cursor.text.slice(first.at, last.at + last.text.length);
      const alone = tokens.length === 1 && last.kind === 'string';
      const constant = tokens.length === 1 && /^(?:NULL|TRUE|FALSE)$/.test(last.value);
      put(
        last,
        `AS ${quoteName(constant ? last.value : isColumn ? nameOf(last) : alone ? last.value : source)}`,
      );
    }
    here.item = undefined;
  };

  const beginItem = () => {
    here.item = cursor.at;
    here.aliased = false;
    here.operand = false;
  };

  const select = (token: Token) => {
    put(token, 'SELECT');
    cursor.at++;
    here.select = true;
    here.inWith = false;
    here.expectsTable = false;
    here.isJoin = false;
    here.clause = 'field list';
    for (;;) {
      const modifier = peek(cursor);
      if (modifier?.kind !== 'word') break;
      if (modifier.value === 'DISTINCT' || modifier.value === 'DISTINCTROW') put(modifier, 'DISTINCT');
      else if (modifier.value === 'ALL') put(modifier, 'ALL');
      else if (!selectModifiers.has(modifier.value)) break;
      cursor.at++;
    }
    beginItem();
  };

  const table = (token: Token) => {
    const { database, table } = tableName(cursor);
    here.expectsTable = false;
    const where = database ?? out.scope.chosen;
    if (database === undefined && out.defined.has(table.toLowerCase())) {
      out.pieces.push({ sql: quoteName(table), at: token.at });
    } else {
      checkTable(out.scope, database, table, 'SELECT');
      if (where !== undefined && isInformationSchema(where)) {
        out.information.add(table.toUpperCase());
        put(token, `temp.${quoteName(ownPrefix + table.toLowerCase())}`);
        if (!aliasFollows()) put(token, `AS ${quoteName(table)}`);
      } else {
        if (!out.scope.tables.has(table)) throw noSuchTable(out.scope.database, table);
        out.tables.add(table);
        out.pieces.push({ sql: quoteName(table), at: token.at, name: table });
      }
    }
    here.operand = true;
    here.operandAt = out.pieces.length - 1;
    skipIndexHint();
  };

  const aliasFollows = (): boolean => {
    const token = peek(cursor);
    if (token?.kind === 'quoted') return true;
    return (
      token?.kind === 'word' &&
      (token.value === 'AS' || !(keywords.has(token.value) || token.value === 'FOR'))
    );
  };

  const skipIndexHint = () => {
    const hint = ['USE', 'FORCE', 'IGNORE'].some(w => sees(cursor, w, 'INDEX') || sees(cursor, w, 'KEY'));
    if (!hint) return;
    while (!sees(cursor, ')')) {
      if (!peek(cursor)) fail(cursor);
      cursor.at++;
    }
    cursor.at++;
  };

  /** Name of a common table expression. */
  const definition = (token: Token) => {
    const defined = nameOf(token);
    out.defined.add(defined.toLowerCase());
    emitName(out, token, here.clause);
    here.expectsDefinition = false;
    cursor.at++;
    if (!sees(cursor, '(')) return;
    for (;;) {
      const part = peek(cursor) ?? fail(cursor);
      if (part.text === '(' || part.text === ')' || part.text === ',') put(part, part.text);
      else emitName(out, part, 'field list');
      cursor.at++;
      if (part.text === ')') return;
    }
  };

  const alias = (token: Token) => {
    if (isReserved(token)) fail(cursor, token);
    put(token, quoteName(nameOf(token)));
    cursor.at++;
    here.aliased = true;
    here.operand = true;
  };

  const castType = () => {
    const type = peek(cursor);
    const sql =
      type?.kind === 'word' && Object.hasOwn(castTypes, type.value) ? castTypes[type.value] : undefined;
    if (!type || !sql) return fail(cursor);
    cursor.at++;
    if (accept(cursor, '(')) {
      while (peek(cursor)?.kind === 'number' || sees(cursor, ',')) cursor.at++;
      expect(cursor, ')');
    }
    if (sees(cursor, 'INTEGER') || sees(cursor, 'INT')) cursor.at++;
    return put(type, sql);
  };

  const fn = (token: Token, sql: string) => {
    const start = out.pieces.length;
    const upper = token.value;
    if (upper === 'CAST' || upper === 'CONVERT') put(token, 'CAST (');
    else put(token, `${quoteName(sql)} (`);
    cursor.at += 2;
    push(level(here.clause, start, { fn: upper }));
    if (upper === 'TIMESTAMPDIFF') unit();
  };

  const unit = () => {
    const token = peek(cursor);
    if (token?.kind !== 'word' || !(dateUnits as readonly string[]).includes(token.value))
      return fail(cursor);
    put(token, `'${token.value}'`);
    cursor.at++;
  };

  const pop = (token: Token) => {
    endItem();
    if (here.interval) fail(cursor, token);
    put(token, ')');
    cursor.at++;
    const { start } = here;
    levels.pop();
    here = levels.at(-1) as Level;
    operandEnded(start);
  };

  const interval = (token: Token) => {
    const before = out.pieces.at(-1);
    cursor.at++;
    if (here.fn && before?.sql === ',') {
      const sign = here.fn === 'DATE_SUB' || here.fn === 'SUBDATE' ? '-1 *' : '1 *';
      put(token, sign);
      here.interval = { closes: false, start: out.pieces.length };
    } else if (before?.sql === '+' || before?.sql === '-') {
      // `date + INTERVAL 1 DAY`: the operand to the left becomes the first argument of a call.
      out.pieces.splice(here.operandAt, 0, { sql: '"my_date_shift" (', at: token.at });
      out.pieces[out.pieces.length - 1] = { sql: `, ${before.sql === '-' ? '-1' : '1'} *`, at: token.at };
      here.interval = { closes: true, start: here.operandAt };
    } else fail(cursor, token);
  };

  const intervalUnit = (token: Token, { closes, start }: NonNullable<Level['interval']>) => {
    here.interval = undefined;
    put(token, `, '${token.value}'${closes ? ')' : ''}`);
    cursor.at++;
    operandEnded(start);
  };

  /** Words that are neither names nor functions; says whether the word was one. */
  const keyword = (token: Token): boolean => {
    const word = token.value;
    const begins = (sql: string) => {
      put(token, sql);
      cursor.at++;
      here.operand = false;
      return true;
    };
    if (here.interval && here.operand && (dateUnits as readonly string[]).includes(word)) {
      intervalUnit(token, here.interval);
      return true;
    }
    if (word === 'SELECT') {
      select(token);
      return true;
    }
    if (word === 'WITH' && out.pieces.length <= here.start + 1) {
      if (sees(cursor, 'WITH', 'RECURSIVE')) throw notSupported('WITH RECURSIVE');
      here.expectsDefinition = true;
      here.inWith = true;
      return begins('WITH');
    }
    if (word === 'AS') {
      put(token, 'AS');
      cursor.at++;
      if (here.fn === 'CAST') castType();
      else {
        const named = peek(cursor);
        if (named && ['word', 'quoted', 'string'].includes(named.kind)) alias(named);
      }
      return true;
    }
    if (here.select) {
      if (word === 'FROM') {
        endItem();
        here.clause = 'from clause';
        if (sees(cursor, 'FROM', 'DUAL')) {
          cursor.at += 2;
          return true;
        }
        here.expectsTable = true;
        return begins('FROM');
      }
      if (word === 'UNION' || word === 'EXCEPT' || word === 'INTERSECT') {
        endItem();
        if (levels.length === 1) firstList = false;
        here.select = false;
        return begins(word);
      }
      if (word === 'INTO') {
        if (sees(cursor, 'INTO', 'OUTFILE') || sees(cursor, 'INTO', 'DUMPFILE')) throw fileRefused();
        throw peek(cursor, 1)?.kind === 'variable' ? notSupported('SELECT ... INTO') : fail(cursor, token);
      }
      if (
        sees(cursor, 'FOR', 'UPDATE') ||
        sees(cursor, 'FOR', 'SHARE') ||
        sees(cursor, 'LOCK', 'IN', 'SHARE', 'MODE')
      ) {
        endItem();
        out.locking = true;
        cursor.at += word === 'LOCK' ? 4 : 2;
        if (sees(cursor, 'NOWAIT')) cursor.at++;
        if (sees(cursor, 'SKIP', 'LOCKED')) cursor.at += 2;
        return true;
      }
    }
    if (Object.hasOwn(clauses, word) && !here.isWindow) {
      if (here.fn === 'GROUP_CONCAT' && word === 'ORDER') here.orderAt = out.pieces.length;
      if (here.select) endItem();
      if (here.select || levels.length === 1) here.clause = clauses[word] as string;
      return begins(word);
    }
    if (word === 'JOIN' || word === 'STRAIGHT_JOIN') {
      here.expectsTable = true;
      here.clause = 'from clause';
      return begins('JOIN');
    }
    if (word === 'ON') here.clause = 'on clause';
    if (word === 'OFFSET' && here.clause === 'limit clause') return begins(word);
    if (word === 'CASE') here.cases++;
    if (word === 'END' && here.cases > 0) {
      here.cases--;
      put(token, 'END');
      cursor.at++;
      operandEnded(out.pieces.length - 1);
      return true;
    }
    if (word === 'OVER' && sees(cursor, 'OVER', '(')) {
      put(token, 'OVER (');
      cursor.at += 2;
      push(level(here.clause, here.operandAt, { isWindow: true }));
      return true;
    }
    if (here.isWindow && windowKeywords.has(word)) return begins(word);
    if (word === 'INTERVAL') {
      interval(token);
      here.operand = false;
      return true;
    }
    if (word === 'SEPARATOR' && here.fn === 'GROUP_CONCAT') {
      const separator = peek(cursor, 1);
      if (separator?.kind !== 'string') fail(cursor, separator);
      const tail = out.pieces.splice(here.orderAt ?? out.pieces.length);
      put(token, ',');
      emitValue(out, token.at, separator?.value ?? '');
      out.pieces.push(...tail);
      cursor.at += 2;
      return true;
    }
    if (word === 'USING' && here.fn === 'CONVERT') {
      put(token, 'AS TEXT');
      cursor.at += 2;
      return true;
    }
    if (here.fn && /^(?:SUBSTR|SUBSTRING|MID)$/.test(here.fn) && (word === 'FROM' || word === 'FOR'))
      return begins(',');
    if (word === 'COLLATE') {
      const collation = peek(cursor, 1) ?? fail(cursor);
      put(token, `COLLATE ${/_bin$|^binary$/i.test(collation.value) ? 'BINARY' : 'NOCASE'}`);
      cursor.at += 2;
      return true;
    }
    const following = peek(cursor, 1);
    if (
      (isIntroducer(word) || /^(?:DATE|TIME|TIMESTAMP|N)$/.test(word)) &&
      following?.kind === 'string' &&
      !here.operand
    ) {
      cursor.at++;
      return true;
    }
    if (isIntroducer(word) && following?.kind === 'bytes') {
      cursor.at++;
      return true;
    }
    if (word === 'BINARY' && !here.operand && following && following.text !== ',' && following.text !== ')') {
      cursor.at++;
      return true;
    }
    if (word === 'LIKE') {
      begins('LIKE');
      here.like = true;
      return true;
    }
    if (Object.hasOwn(wordOperators, word) && here.operand) return begins(wordOperators[word] as string);
    if (word === 'NULL' || word === 'TRUE' || word === 'FALSE') {
      put(token, word);
      cursor.at++;
      operandEnded(out.pieces.length - 1);
      return true;
    }
    if (!keywords.has(word)) return false;
    if (alsoFunctions.has(word) && following?.text === '(') return false;
    return begins(word);
  };

  const word = (token: Token) => {
    if (afterPoint()) return name(token);
    if (here.expectsDefinition && !keywords.has(token.value)) return definition(token);
    if (keyword(token)) return;
    if (here.expectsTable) return table(token);
    const call = peek(cursor, 1)?.text === '(';
    if (call) {
      if (fileFunctions.has(token.value)) throw fileRefused();
      const cast = token.value === 'CAST' || token.value === 'CONVERT';
      const sql = cast ? 'cast' : functionName(token.text);
      if (!sql) throw new MysqlError(1305, `FUNCTION ${out.scope.database}.${token.text} does not exist`);
      return fn(token, sql);
    }
    if (bareFunctions.has(token.value)) {
      put(token, `${quoteName(functionName(token.value) ?? '')} ()`);
      cursor.at++;
      return operandEnded(out.pieces.length - 1);
    }
    if (here.operand && here.item !== undefined) return alias(token);
    return qualified(token);
  };

  /** `database.table.column`, `table.column` or `column`. */
  const qualified = (token: Token) => {
    const table = peek(cursor, 2);
    if (table && peek(cursor, 1)?.text === '.' && peek(cursor, 3)?.text === '.') {
      checkTable(out.scope, nameOf(token), nameOf(table), 'SELECT');
      cursor.at += 2;
      const inner = peek(cursor) ?? fail(cursor);
      return name(inner);
    }
    if (options.rowAlias && nameOf(token) === options.rowAlias && peek(cursor, 1)?.text === '.') {
      put(token, 'excluded');
      cursor.at++;
      return undefined;
    }
    return name(token);
  };

  const literal = (token: Token) => {
    const start = out.pieces.length;
    cursor.at++;
    if (token.kind === 'param') emitParam(out, token);
    else if (token.kind === 'bytes') emitValue(out, token.at, bytesValue(token));
    else if (token.kind === 'string') {
      let value = token.value;
      // 'a' 'b' is one text.
      for (let more = peek(cursor); more?.kind === 'string'; more = peek(cursor)) {
        value += more.value;
        cursor.at++;
      }
      emitValue(out, token.at, value);
    } else if (/^\d{1,18}$/.test(token.text) && bindsNumbers.has(here.clause))
      emitValue(out, token.at, BigInt(token.text));
    else put(token, token.text);
    operandEnded(start);
  };

  const variable = (token: Token) => {
    const system = token.text.startsWith('@@');
    const raw = token.text.slice(system ? 2 : 1).replace(/^[`'"]|[`'"]$/g, '');
    put(token, `"my_${system ? 'system' : 'user'}_variable" (`);
    emitValue(out, token.at, raw.toLowerCase());
    put(token, ')');
    cursor.at++;
    operandEnded(out.pieces.length - 3);
  };

  const comma = (token: Token) => {
    if (here.select && here.clause === 'field list') {
      endItem();
      put(token, ',');
      cursor.at++;
      beginItem();
      return;
    }
    if (here.select && (here.clause === 'from clause' || here.clause === 'on clause')) {
      here.clause = 'from clause';
      here.expectsTable = true;
    }
    if (here.isJoin) here.expectsTable = true;
    if (here.inWith) here.expectsDefinition = true;
    if (here.fn === 'CONVERT') {
      put(token, 'AS');
      cursor.at++;
      castType();
      return;
    }
    put(token, ',');
    cursor.at++;
    here.operand = false;
  };

  const operator = (token: Token) => {
    const { text } = token;
    if (text === '(') {
      const { expectsTable } = here;
      here.expectsTable = false;
      const clause = expectsTable ? 'from clause' : here.clause;
      push(level(clause, out.pieces.length, { expectsTable, isJoin: expectsTable }));
      put(token, '(');
      cursor.at++;
      return;
    }
    if (text === ')') return pop(token);
    if (text === ',') return comma(token);
    if (refusedOperators.has(text)) fail(cursor, token);
    put(token, Object.hasOwn(operators, text) ? (operators[text] as string) : text);
    cursor.at++;
    if (text !== '.') here.operand = false;
  };

  for (;;) {
    const token = peek(cursor);
    const outside = levels.length === 1;
    const ended = !token || (token.text === ';' && cursor.tokens.slice(cursor.at).every(t => t.text === ';'));
    if (ended || (outside && (token.text === ')' || options.until?.(cursor)))) {
      if (!outside) fail(cursor);
      endItem();
      return items;
    }
    if (token.kind === 'bad') fail(cursor, token);
    if (token.kind === 'word') {
      if (options.upsert && sees(cursor, 'VALUES', '(')) {
        const column = peek(cursor, 2) ?? fail(cursor);
        if (peek(cursor, 3)?.text !== ')') fail(cursor, peek(cursor, 3));
        put(token, 'excluded .');
        emitName(out, column, 'field list');
        cursor.at += 4;
        operandEnded(out.pieces.length - 2);
      } else word(token);
    } else if (token.kind === 'quoted') {
      if (afterPoint()) name(token);
      else if (here.expectsDefinition) definition(token);
      else if (here.expectsTable) table(token);
      else if (here.operand && here.item !== undefined) alias(token);
      else qualified(token);
    } else if (token.kind === 'variable') variable(token);
    else if (token.kind === 'operator') operator(token);
    else if (here.expectsTable) fail(cursor, token);
    else if (token.kind === 'string' && here.operand && here.item !== undefined) alias(token);
    else literal(token);
  }
};
