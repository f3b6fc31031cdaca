import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { type GraphQLSchema, introspectionFromSchema, printSchema } from 'graphql';
import { printConfiguration, printErrors } from './documents.ts';
import { packageRoot } from './env.ts';
import { dialects } from './rest-compat/dialects.ts';
import { printOpenApi } from './rest-compat/openapi.ts';
import { schema } from './schema/index.ts';

// `npm run generate` writes the files that are made from the code; with --check it fails when one is out of date.

/** The schema as types for the `graphql` tag. */
function printTypes(from: GraphQLSchema): string {
  const introspection = minifyIntrospection(introspectionFromSchema(from, { descriptions: false }));
  const preamble = '/** The types of schema.graphql, by name; made by `npm run generate`. */';
  const options = { fileType: '.d.ts', shouldPreprocess: true, preamble } as const;
  // The library's text goes on with what only an ambient declaration could use.
  const [types] = outputIntrospectionFile(introspection, options).split('\n\n/** An IntrospectionQuery');
  const root = (type: { name: string } | null | undefined) => (type ? `'${type.name}'` : 'never');
  return `${types}

/** What the \`graphql\` tag checks operations against. */
export type introspection = {
  name: 'clientele';
  query: ${root(from.getQueryType())};
  mutation: ${root(from.getMutationType())};
  subscription: ${root(from.getSubscriptionType())};
  types: introspection_types;
};`;
}

/** Every generated file and what it should contain. */
export function generatedFiles(): { file: string; text: string }[] {
  return [
    { file: 'schema.graphql', text: `${printSchema(schema).trimEnd()}\n` },
    { file: 'src/rest-compat/schema.generated.ts', text: `${printTypes(schema).trimEnd()}\n` },
    { file: 'docs/configuration.md', text: printConfiguration() },
    { file: 'docs/errors.md', text: printErrors() },
    ...dialects.map((dialect) => ({ file: `openapi/${dialect.name}.json`, text: printOpenApi(dialect) })),
  ];
}

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const { file, text } of generatedFiles()) {
  const path = join(packageRoot, file);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) continue;
  stale.push(file);
  if (isCheck) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
if (isCheck && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run npm run generate and commit the result.`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? 'Generated files are current.' : `Written: ${stale.join(', ')}`);
}
