/** ALTER TABLE. */

import type { Edit } from './alter.ts';
import { columnDefinition } from './column-definition.ts';
import { accept, type Cursor, end, expect, fail, name, next, sees } from './cursor.ts';
import type { SchemaChange } from './plan.ts';
import type { Scope } from './scope.ts';
import { addColumn, columnEdits, constraint, newName, oldName, tableOption } from './table-items.ts';

const dropEdit = (cursor: Cursor): Edit => {
  if (accept(cursor, 'PRIMARY', 'KEY')) return { kind: 'drop primary key' };
  if (accept(cursor, 'FOREIGN', 'KEY')) return { kind: 'drop foreign key', name: name(cursor) };
  if (accept(cursor, 'CHECK') || accept(cursor, 'CONSTRAINT'))
    return { kind: 'drop check', name: name(cursor) };
  if (accept(cursor, 'INDEX') || accept(cursor, 'KEY')) return { kind: 'drop key', name: name(cursor) };
  accept(cursor, 'COLUMN');
  return { kind: 'drop column', name: name(cursor) };
};

const renameEdit = (cursor: Cursor, scope: Scope): Edit => {
  if (accept(cursor, 'COLUMN')) {
    const from = name(cursor);
    expect(cursor, 'TO');
    return { kind: 'rename column', name: from, to: name(cursor) };
  }
  if (accept(cursor, 'INDEX') || accept(cursor, 'KEY')) {
    const from = name(cursor);
    expect(cursor, 'TO');
    return { kind: 'rename key', name: from, to: name(cursor) };
  }
  if (!accept(cursor, 'TO')) accept(cursor, 'AS');
  return { kind: 'rename', to: newName(cursor, scope, 'CREATE') };
};

const alterColumn = (cursor: Cursor, scope: Scope): Edit => {
  accept(cursor, 'COLUMN');
  const column = name(cursor);
  if (accept(cursor, 'DROP', 'DEFAULT')) return { kind: 'set default', name: column, value: undefined };
  expect(cursor, 'SET');
  if (!sees(cursor, 'DEFAULT')) fail(cursor);
  // Read as a definition's attribute; the type plays no part.
  return { kind: 'set default', name: column, value: columnDefinition(cursor, scope, column).column.default };
};

const alterEdits = (cursor: Cursor, scope: Scope): Edit[] => {
  if (accept(cursor, 'ADD')) {
    const item = sees(cursor, 'COLUMN') ? undefined : constraint(cursor, scope);
    if (item) return [item];
    accept(cursor, 'COLUMN');
    if (!accept(cursor, '(')) return addColumn(cursor, scope);
    const edits = addColumn(cursor, scope);
    while (accept(cursor, ',')) edits.push(...addColumn(cursor, scope));
    expect(cursor, ')');
    return edits;
  }
  if (accept(cursor, 'DROP')) return [dropEdit(cursor)];
  // As InnoDB, which has no such option: dumps ask for it before and after the rows of a table.
  if (accept(cursor, 'DISABLE', 'KEYS') || accept(cursor, 'ENABLE', 'KEYS')) return [];
  if (accept(cursor, 'RENAME')) return [renameEdit(cursor, scope)];
  if (accept(cursor, 'ALTER')) return [alterColumn(cursor, scope)];
  if (accept(cursor, 'MODIFY')) {
    accept(cursor, 'COLUMN');
    return columnEdits(cursor, scope, (column, position) => ({
      kind: 'change column',
      name: column.name,
      column,
      position,
    }));
  }
  if (accept(cursor, 'CHANGE')) {
    accept(cursor, 'COLUMN');
    const old = name(cursor);
    return columnEdits(cursor, scope, (column, position) => ({
      kind: 'change column',
      name: old,
      column,
      position,
    }));
  }
  accept(cursor, 'CONVERT', 'TO');
  return [tableOption(cursor) ?? fail(cursor)];
};

export const alter = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'ALTER', 'TABLE');
  const table = oldName(cursor, scope, 'ALTER');
  const edits: Edit[] = [];
  do {
    if (sees(cursor, 'ALGORITHM') || sees(cursor, 'LOCK')) {
      cursor.at++;
      accept(cursor, '=');
      next(cursor);
    } else edits.push(...alterEdits(cursor, scope));
  } while (accept(cursor, ','));
  end(cursor);
  return { kind: 'alter', name: table, edits };
};
