import type { TadaDocumentNode } from 'gql.tada';
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema.generated.ts';

/**
 * The typed `graphql` tag: an operation's variables and result are checked against `schema.graphql` by the type checker.
 * Fragments are not masked. In process a `Base64` value may be the bytes themselves.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: {
    ID: string;
    SafeInt: number;
    DateTime: string;
    Decimal: string;
    Base64: Uint8Array | string;
  };
}>();

/** The members of every mutation's result that are not its payload: spread it beside the payload, for `done()`. */
export const faultFields = graphql(`
  fragment FaultFields on Error {
    code
    faults {
      code
      message
      path
      existingId
    }
  }
`);

/** A parsed operation that knows the types of its result and variables. */
export type Operation<Data, Variables> = TadaDocumentNode<Data, Variables, void>;

export type { ResultOf, VariablesOf } from 'gql.tada';
