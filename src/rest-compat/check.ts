import { type GraphQLSchema, validate } from 'graphql';
import type { Dialect } from './route.ts';

/**
 * Checks every route's operation against the schema, and that no path is written twice.
 * Throws an error that names each wrong route: the server does not start with one.
 */
export function checkRoutes(dialects: readonly Dialect[], schema: GraphQLSchema): void {
  const faults: string[] = [];
  for (const dialect of dialects) {
    const seen = new Set<string>();
    for (const route of dialect.routes) {
      const name = `${dialect.name} ${route.method} ${route.path}`;
      if (seen.has(name)) faults.push(`${name}: written twice`);
      seen.add(name);
      for (const error of validate(schema, route.operation)) faults.push(`${name}: ${error.message}`);
    }
    for (const { method, path, operations = [] } of dialect.doors) {
      const errors = operations.flatMap((operation) => validate(schema, operation));
      for (const error of errors) faults.push(`${dialect.name} ${method} ${path}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new Error(`Routes that the schema cannot answer:\n${faults.join('\n')}`);
}
