import { introspectionFromSchema, printSchema } from 'graphql';
import type { Command } from './command.ts';

/** `schema`: the GraphQL schema, as SDL or, with --json, as an introspection result. */
export const schema: Command = {
  words: 'schema',
  summary: 'Print the GraphQL schema; with --json its introspection.',
  options: [],
  run: async () => {
    const { schema: built } = await import('../schema/index.ts');
    return { json: { data: introspectionFromSchema(built) }, text: printSchema(built) };
  },
};
