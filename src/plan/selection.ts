import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
} from 'graphql';
import { getNamedType, isObjectType, Kind, visit } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { scopesAsked } from '../schema/source.ts';
import type { Form, ToldObject } from './form.ts';
import type { Write } from './level.ts';
import { giveUp } from './unplanned.ts';

export type Field = GraphQLField<unknown, unknown>;
/** The places of a document where a field of one key stands. */
export type Nodes = readonly FieldNode[];

/** A document being read: its fragments, the types that decide which of them apply, and what its fields ask of a caller. */
export interface Selecting {
  schema: GraphQLSchema;
  fragments: Record<string, FragmentDefinitionNode>;
  scopes: Set<string>;
  form: Form;
}

/** A document's fragments by name. Directives are not planned. */
export function fragmentsOf(document: DocumentNode): Selecting['fragments'] {
  visit(document, { Directive: () => giveUp('a directive') });
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((one) => [one.name.value, one]));
}

/** Writes objects of a type as a selection shows them; `writerOf` says how each field is written. */
export function objectWriter<Of>(
  selecting: Selecting,
  type: GraphQLObjectType,
  nodes: Nodes,
  writerOf: (field: Field, nodes: Nodes) => Write<Of>,
): Write<Of, ToldObject> {
  const { form } = selecting;
  admit(selecting, type);
  const fields = collectSubfields(selecting.schema, selecting.fragments, {}, type, nodes);
  const members = [...fields].map(([key, inner]) => {
    const name = inner[0]?.name.value ?? '';
    if (name === '__typename') return { key, write: () => form.value(type.name) };
    const field = type.getFields()[name];
    if (!field) giveUp('no such field');
    admit(selecting, field);
    return { key, write: writerOf(field, inner) };
  });
  return form.object<Of>(members);
}

/** The object type behind a field's; abstract ones are not planned. */
export function objectIn(type: GraphQLOutputType): GraphQLObjectType {
  const named = getNamedType(type);
  return isObjectType(named) ? named : giveUp('no object type');
}

/** Notes the scopes that a type or a field asks for. Conditions that are no scope are not planned. */
function admit({ scopes }: Selecting, { extensions }: { extensions: Readonly<Record<string, unknown>> }): void {
  for (const scope of scopesAsked(extensions) ?? giveUp('a scope that depends')) scopes.add(scope);
}
