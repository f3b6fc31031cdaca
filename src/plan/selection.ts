import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { unplanned } from './unplanned.ts';

/** A document's fragments, and the types that decide which of them apply. */
export interface Selecting {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const found = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) found.set(one.name.value, one);
  return found;
}

/**
 * The fields that an answer shows of an object, by response key in the order of execution; a key that stands in several
 * places has several nodes. Directives are not planned.
 */
export function fieldsOf(
  selecting: Selecting,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  for (const set of sets) collect(selecting, type, set, fields, new Set());
  return fields;
}

function collect(
  selecting: Selecting,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fields: Map<string, FieldNode[]>,
  seen: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.directives?.length) throw unplanned('directive');
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const nodes = fields.get(key);
      if (nodes) nodes.push(selection);
      else fields.set(key, [selection]);
      continue;
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragment(selecting, selection.name.value, seen);
    if (!inner) continue;
    const condition = inner.typeCondition?.name.value ?? type.name;
    if (inner.directives?.length) throw unplanned('directive');
    if (condition === type.name || applies(selecting, condition, type)) {
      collect(selecting, type, inner.selectionSet, fields, seen);
    }
  }
}

function fragment({ fragments }: Selecting, name: string, seen: Set<string>): FragmentDefinitionNode | undefined {
  if (seen.has(name)) return undefined;
  seen.add(name);
  return fragments.get(name);
}

function applies({ schema }: Selecting, condition: string, type: GraphQLObjectType): boolean {
  const abstract = schema.getType(condition);
  return isAbstractType(abstract) && schema.isSubType(abstract, type);
}
