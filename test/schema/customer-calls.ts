import { refusal, type World } from '../support/world.ts';

const write = (verb: 'Update' | 'Upsert', fields: string) => `
  mutation ($by: CustomerBy!, $input: Customer${verb}Input!, $expectedVersion: Int) {
    result: customer${verb}(by: $by, input: $input, expectedVersion: $expectedVersion) {
      ... on Customer${verb}Payload { outcome customer { ${fields} } } ${refusal}
    }
  }`;
/** Changes a customer. */
export const change = async (
  world: World,
  by: object,
  input: object,
  fields = 'reference version',
  expectedVersion?: number,
) => (await world.ok(write('Update', fields), { by, input, expectedVersion })).result;
/** Makes or changes a customer. */
export const upsert = async (
  world: World,
  by: object,
  input: object,
  fields = 'reference version',
  expectedVersion?: number,
) => (await world.ok(write('Upsert', fields), { by, input, expectedVersion })).result;
/** Makes a customer, or is refused. */
export const create = async (world: World, input: object) =>
  (
    await world.ok(
      `mutation ($input: CustomerCreateInput!) { result: customerCreate(input: $input) { ... on CustomerCreatePayload { outcome customer { reference } } ${refusal} } }`,
      { input },
    )
  ).result;
/** Deletes a customer. */
export const remove = async (world: World, by: object, expectedVersion?: number) =>
  (
    await world.ok(
      `mutation ($by: CustomerBy!, $v: Int) { result: customerDelete(by: $by, expectedVersion: $v) { ... on CustomerDeletePayload { deletedId } ${refusal} } }`,
      { by, v: expectedVersion },
    )
  ).result;
/** Each fault's place and code, sorted. */
export const codes = (result: { faults: { code: string; path: string[] }[] }) =>
  result.faults.map(({ code, path }) => `${path.join('.')}: ${code}`).sort();
