import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const list = `
import { graphql } from 'relay-runtime';
export const customer = graphql\`fragment CustomerRow_customer on Customer { id name category { name } }\`;
export const list = graphql\`
  fragment CustomerList_query on Query
  @refetchable(queryName: "CustomerListPage")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    customers(first: $first, after: $after) @connection(key: "CustomerList_customers") {
      edges { node { ...CustomerRow_customer } }
      totalCount { value }
    }
  }\`;
export const page = graphql\`query CustomerListQuery { ...CustomerList_query }\`;
export const one = graphql\`query CustomerListNodeQuery($id: ID!) { node(id: $id) { ... on Customer { reference } } }\`;
export const change = graphql\`
  mutation CustomerListUpdateMutation($by: CustomerBy!, $input: CustomerUpdateInput!) {
    customerUpdate(by: $by, input: $input) {
      ... on CustomerUpdatePayload { customer { id name version } }
      ... on Error { code message }
    }
  }\`;
`;

test('relay-compiler takes the schema: connections, refetching, nodes and mutations', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clientele-relay-'));
  try {
    await mkdir(join(folder, 'src'));
    await copyFile('schema.graphql', join(folder, 'schema.graphql'));
    await writeFile(join(folder, 'src', 'CustomerList.ts'), list);
    const config = { src: './src', schema: './schema.graphql', language: 'typescript', eagerEsModules: true };
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
    await writeFile(join(folder, 'package.json'), '{}');
    const compiler = join(process.cwd(), 'node_modules', '.bin', 'relay-compiler');
    await promisify(execFile)(compiler, [], { cwd: folder });
    const made = await readdir(join(folder, 'src', '__generated__'));
    assert.ok(made.includes('CustomerListPage.graphql.ts'), made.join());
    assert.ok(made.includes('CustomerListUpdateMutation.graphql.ts'), made.join());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
