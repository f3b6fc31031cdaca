import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '../../src/rest-compat/dialects.ts';
import { printOpenApi } from '../../src/rest-compat/openapi.ts';
import type { Json } from '../support/world.ts';
import { send } from './shop.ts';

for (const dialect of dialects) {
  test(`200, ${dialect.name} is described at /openapi/${dialect.name}.json, every route with its own name`, async () => {
    const { status, body } = await send('GET', `/openapi/${dialect.name}.json`);
    assert.equal(status, 200);
    assert.deepEqual(body, JSON.parse(printOpenApi(dialect)));
    const operations = Object.values(body.paths).flatMap((path) =>
      Object.values(path as Record<string, { operationId: string }>),
    );
    // Worldline's routes stand in two APIs, each with a credential of its own.
    const apis = dialect.name === 'worldline' ? 2 : 1;
    assert.equal(operations.length, apis * dialect.routes.length + dialect.doors.length);
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  });
}

const documentOf = async (name: string) => (await send('GET', `/openapi/${name}.json`)).body;
const bodyOf = (operation: Json) => operation.requestBody.content['application/json'].schema;

test('what a document says of a request is what is taken', async () => {
  const [riverty, connect] = [await documentOf('riverty'), await documentOf('connect')];
  const put = riverty.paths['/v1/clients/{clientId}/customers/{customerNumber}'].put;
  assert.deepEqual(bodyOf(put).properties.type.enum, ['Person', 'Company', 1, 2]);
  const { email } = bodyOf(connect.paths['/v1/client/customer/search'].post).properties;
  assert.match('ola.nordmann@hotmail.no', new RegExp(email.pattern));
  assert.doesNotMatch('ola.nordmann', new RegExp(email.pattern));
});

test('a body of which nothing is needed may be left out', async () => {
  const [riverty, worldline] = [await documentOf('riverty'), await documentOf('worldline')];
  assert.equal(riverty.paths['/v1/clients/{clientId}/customers/search'].post.requestBody.required, false);
  assert.equal(worldline.paths['/v1/{merchantId}/sessions'].post.requestBody.required, false);
  const details = worldline.paths['/v1/{merchantId}/products/{paymentProductId}/customerDetails'].post;
  assert.equal(details.requestBody.required, true);
});

test('each operation names the credentials that open it', async () => {
  const [valomnia, worldline] = [await documentOf('valomnia'), await documentOf('worldline')];
  const details = 'products/{paymentProductId}/customerDetails';
  assert.deepEqual(worldline.security, [{ signature: [] }]);
  assert.equal(worldline.paths[`/v1/{merchantId}/${details}`].post.security, undefined);
  assert.deepEqual(worldline.paths[`/client/v1/{customerId}/${details}`].post.security, [{ clientSession: [] }]);
  assert.deepEqual(worldline.paths['/assets/9000.png'].get.security, []);
  const picture = valomnia.paths['/{organization}/photoCustomer/{file}'].get;
  assert.deepEqual(picture.security, [{}, { session: [] }, { key: [] }]);
});

test('a record that is read may be answered as unchanged', async () => {
  const { paths } = await documentOf('valomnia');
  assert.ok('304' in paths['/api/v1.0/customers/{id}'].get.responses);
  const list = paths['/api/v1.0/customers'];
  assert.ok(!('304' in list.get.responses) && !('304' in list.post.responses));
});
