import type { PgTable } from 'drizzle-orm/pg-core';
import type { FieldNode, GraphQLField } from 'graphql';
import type { Context } from '../schema/builder.ts';
import type { More } from '../schema/source.ts';
import type { Layout, Level } from './level.ts';
import type { References } from './reference.ts';
import type { Selecting } from './selection.ts';
import type { Flat } from './text.ts';
import { scopesOf } from './value.ts';

export type Field = GraphQLField<unknown, unknown>;

/** What is gathered while a document is planned. */
export interface Planning extends Selecting {
  levels: Level[];
  scopes: Set<string>;
  /** Fields whose arguments are read when the variables are known. */
  argued: { field: Field; node: FieldNode }[];
  keeps(table: PgTable): boolean;
}

/** One answer being written. */
export interface Showing {
  ctx: Context;
  references: References;
  args: readonly More['args'][];
  /** Rows by level: of a relation by its key. */
  rows: ReadonlyMap<Level, ReadonlyMap<string, Flat[]>>;
  /** Texts of this answer, by whoever writes them. */
  written: Map<object, Map<string, string>>;
}

export type WriteRow = (row: Flat, showing: Showing) => string;
/** `isPure`: the text depends on the row alone, so that a kept row's may be kept too. */
export interface Writer {
  write: WriteRow;
  isPure: boolean;
}

/** Where rows come from: a level of the statement, or, without one, memory. */
export interface Place {
  layout: Layout;
  level: Level | null;
}

/** Reads and notes what a field needs of its caller. */
export function admit(planning: Planning, field: { extensions: Readonly<Record<string, unknown>> }): void {
  for (const scope of scopesOf(field)) planning.scopes.add(scope);
}
