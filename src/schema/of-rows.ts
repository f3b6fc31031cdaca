import type { PgTable } from 'drizzle-orm/pg-core';
import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { isKept, type References } from '../db/references.ts';
import type { Context } from './builder.ts';
import { knowMany, loadMany, loadOne, propertyOf, type Row } from './loader.ts';
import { type Asked, has, nouns, type Source, scopesAsked } from './source.ts';

/** A field of a record that shows rows beside its own. */
type Relation = Extract<Source, { kind: 'one' | 'many' }>;

/** What a document shows of the record that it changes: through which relations, and into which tables those rows point on. */
interface Shown {
  relations: ReadonlySet<Relation>;
  pointed: ReadonlySet<PgTable>;
  /** What its reader must be allowed: a change is not refused after it was made. */
  scopes: ReadonlySet<string>;
}

const known = new WeakMap<DocumentNode, Shown | null>();

/**
 * The relations of the changed record that a document shows and that are not remembered: whoever reads those rows, and has the record's
 * own, has all of the answer. Null when it shows anything else, or something that the caller may not see.
 */
export function relationsShown(
  schema: GraphQLSchema,
  document: DocumentNode,
  { tables }: References,
  caller: Asked,
): readonly Relation[] | null {
  let shown = known.get(document);
  if (shown === undefined) {
    shown = shownBy(schema, document);
    known.set(document, shown);
  }
  if (!shown || ![...shown.pointed].every((table) => tables.has(table))) return null;
  if (![...shown.scopes].every((asked) => has(caller, asked))) return null;
  const relations = [...shown.relations].filter(({ kind, noun }) => kind === 'many' || !tables.has(noun.table));
  // What a table too large to be remembered has of the record is known before the change only where the change leaves it as it is.
  return relations.some(({ kind, noun }) => kind === 'one' && isKept(noun.table)) ? null : relations;
}

function shownBy(schema: GraphQLSchema, document: DocumentNode): Shown | null {
  const relations = new Set<Relation>();
  const pointed = new Set<PgTable>();
  const scopes = new Set<string>();
  /** Fragments that were looked at, by the place: each may be spread often, and by others that are. */
  const looked = new Set<string>();

  /** Whether all that is selected is told by rows that are known then; `place`: where it is selected. */
  const isTold = (
    type: GraphQLCompositeType,
    { selections }: SelectionSetNode,
    place: 'payload' | 'record' | 'below',
  ): boolean =>
    selections.every((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
        );
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return false;
        const here = `${place} ${node.name.value}`;
        if (looked.has(here)) return true;
        looked.add(here);
        const on = typeFromAST(schema, fragment.typeCondition);
        return isCompositeType(on) && isTold(on, fragment.selectionSet, place);
      }
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const on = node.typeCondition ? typeFromAST(schema, node.typeCondition) : type;
        return isCompositeType(on) && isTold(on, node.selectionSet, place);
      }
      if (node.name.value.startsWith('__')) return true;
      const field = 'getFields' in type ? type.getFields()[node.name.value] : undefined;
      if (!field) return false;
      const inner = getNamedType(field.type);
      for (const { extensions } of [field, inner]) {
        const asked = scopesAsked(extensions);
        if (!asked) return false;
        for (const scope of asked) scopes.add(scope);
      }
      const within = (next: typeof place) =>
        !node.selectionSet || (isCompositeType(inner) && isTold(inner, node.selectionSet, next));
      const source = field.extensions.source as Source | undefined;
      if (source?.kind === 'one' || source?.kind === 'many') {
        if (place === 'record') relations.add(source);
        else if (source.kind === 'one') pointed.add(source.noun.table);
        else return false;
        return within('below');
      }
      if (source) return ['column', 'computed', 'part'].includes(source.kind) && within('below');
      // What has a source of no kind is computed from what is there, unless it is asked of a record or takes arguments.
      if (field.args.length > 0 || nouns.has(type.name)) return false;
      return within(place === 'payload' && nouns.has(inner.name) ? 'record' : place);
    });

  const mutation = schema.getMutationType();
  const [change] = getOperationAST(document)?.selectionSet.selections ?? [];
  if (!mutation || change?.kind !== Kind.FIELD || !change.selectionSet) return null;
  const payload = getNamedType(mutation.getFields()[change.name.value]?.type);
  if (!payload || !isCompositeType(payload)) return null;
  return isTold(payload, change.selectionSet, 'payload') ? { relations, pointed, scopes } : null;
}

/** Reads what will be shown beside a record, before it is changed. */
export async function foresee(ctx: Context, relations: readonly Relation[], row: Row & { id: number }): Promise<void> {
  await Promise.all(
    relations.map((relation) => {
      const { table } = relation.noun;
      if (relation.kind === 'many') return loadMany(ctx, table.id, relation.by, row.id);
      const id = row[propertyOf(relation.from)];
      return typeof id === 'number' ? loadOne(ctx, table.id, id) : null;
    }),
  );
}

/** A record that was just made has no rows of its own yet. */
export function foreseeNone(ctx: Context, relations: readonly Relation[], { id }: { id: number }): void {
  for (const relation of relations)
    if (relation.kind === 'many') knowMany(ctx, relation.noun.table.id, relation.by, id, []);
}
