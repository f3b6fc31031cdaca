import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { ApiError, fault } from '../errors.ts';

/** How large and how deep a document may be; looked at before it is validated, because validation itself can be the attack. */
export const shapeLimits = {
  bytes: 20_000,
  tokens: 2_000,
  depth: 10,
  /** Of `__schema` and `__type`, whose own lists are kept apart by graphql-js: the query of every tool must pass. */
  introspectionDepth: 20,
  aliases: 30,
  rootFields: 20,
  directives: 20,
  /** Faults of one answer. */
  errors: 20,
} as const;

const refuse = (message: string) => new ApiError('QUERY_TOO_COMPLEX', [fault('QUERY_TOO_COMPLEX', ['query'], message)]);

/**
 * Reads a document of a caller's. Throws QUERY_TOO_COMPLEX with the limit that it passes, TOO_LARGE over 20 kB, and graphql-js's own
 * error for one that is no GraphQL.
 */
export function readDocument(source: string): DocumentNode {
  if (source.length > shapeLimits.bytes || Buffer.byteLength(source) > shapeLimits.bytes) {
    throw new ApiError('TOO_LARGE', [fault('TOO_LARGE', ['query'], `is longer than ${shapeLimits.bytes} bytes`)]);
  }
  const document = parseBounded(source);
  checkShape(document);
  return document;
}

function parseBounded(source: string): DocumentNode {
  try {
    return parse(source, { maxTokens: shapeLimits.tokens });
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('Parsing aborted')) {
      throw refuse(`has more than ${shapeLimits.tokens} tokens`);
    }
    throw error;
  }
}

/** What a selection holds, with every fragment counted each time that it is spread. */
interface Shape {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  rootFields: number;
  directives: number;
}

const words: Record<keyof Shape, (limit: number) => string> = {
  depth: (limit) => `is more than ${limit} levels deep`,
  introspectionDepth: (limit) => `asks for the schema more than ${limit} levels deep`,
  aliases: (limit) => `has more than ${limit} aliases`,
  rootFields: (limit) => `has more than ${limit} fields at its root`,
  directives: (limit) => `has more than ${limit} directives`,
};

function checkShape(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const known = new Map<string, Shape>();
  const measure = shapes(fragments, known);
  for (const operation of operations) {
    const shape = measure(operation.selectionSet);
    shape.directives += operation.directives?.length ?? 0;
    for (const [name, say] of Object.entries(words) as [keyof Shape, (limit: number) => string][]) {
      if (shape[name] > shapeLimits[name]) throw refuse(say(shapeLimits[name]));
    }
  }
}

/** Measures selections; a fragment is measured once, however often it is spread. */
function shapes(fragments: ReadonlyMap<string, FragmentDefinitionNode>, known: Map<string, Shape>) {
  const none = (): Shape => ({ depth: 0, introspectionDepth: 0, aliases: 0, rootFields: 0, directives: 0 });

  function ofFragment(name: string): Shape {
    const measured = known.get(name);
    if (measured) return measured;
    // A fragment within itself counts once here, and is refused by validation.
    known.set(name, none());
    const fragment = fragments.get(name);
    const shape = fragment ? of(fragment.selectionSet) : none();
    shape.directives += fragment?.directives?.length ?? 0;
    known.set(name, shape);
    return shape;
  }

  function of({ selections }: SelectionSetNode): Shape {
    const sum = none();
    for (const selection of selections) {
      sum.directives += selection.directives?.length ?? 0;
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.selectionSet
            ? of(selection.selectionSet)
            : none();
      const isMeta = isField && /^__(schema|type)$/.test(selection.name.value);
      const below = isField ? 1 : 0;
      if (isMeta) sum.introspectionDepth = Math.max(sum.introspectionDepth, inner.depth + below);
      else sum.depth = Math.max(sum.depth, inner.depth + below);
      sum.introspectionDepth = Math.max(sum.introspectionDepth, inner.introspectionDepth);
      sum.aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      sum.rootFields += isField ? 1 : inner.rootFields;
      sum.directives += inner.directives;
    }
    return sum;
  }
  return of;
}
