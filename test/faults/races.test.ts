import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAll } from '../../src/db/client.ts';
import { type Faulty, figures, isShort, type Json, openFaulty, type Told } from './faulty.ts';

type Caller = Pick<Faulty, 'graphql' | 'get' | 'form'>;

describe('two servers and many callers', () => {
  let one: Faulty;
  let two: Faulty;
  before(async () => {
    one = await openFaulty();
    two = await openFaulty(one);
  });
  after(async () => {
    assert.deepEqual([...one.logged, ...two.logged], [], 'no race is a fault of ours');
    await two.close();
    await one.close();
  });

  /** As callers do: who is told to come again comes again. */
  async function insist(ask: () => Promise<Told>): Promise<Told> {
    for (;;) {
      const told = await ask();
      if (told.status !== 503) return told;
      await sleep(100);
    }
  }
  const patient = ({ graphql, get, form }: Faulty): Caller => ({
    graphql: (...asked) => insist(() => graphql(...asked)),
    get: (...asked) => insist(() => get(...asked)),
    form: (...asked) => insist(() => form(...asked)),
  });
  const either = (n: number) => patient(n % 2 === 0 ? one : two);
  const times = (n: number) => Array.from({ length: n }, (_, i) => i);
  const pairs = isShort ? 40 : 200;
  const isNoFault = ({ status, body }: Told) => status < 500 && body.errors === undefined;

  const references = isShort ? 10 : 30;
  it(`12 callers and ${references} references, create: each reference is made once, the others are told`, async () => {
    const create = `mutation ($r: String!) { made: customerCreate(input: { reference: $r, name: "A", currency: "NOK" }) { __typename ... on Error { code } } }`;
    const told = await Promise.all(
      times(references).flatMap((key) =>
        times(12).map((caller) => either(caller).graphql(create, { r: `create-${key}` })),
      ),
    );
    assert.ok(told.every(isNoFault), JSON.stringify(told.find((it) => !isNoFault(it))));
    const made = told.filter(({ body }) => body.data.made.__typename === 'CustomerCreatePayload').length;
    figures('creates', { asked: told.length, made });
    assert.equal(made, references);
  });

  it(`12 callers and ${references} references, upsert: each succeeds, one customer each`, async () => {
    const upsert = `mutation ($r: String!, $n: String!) { made: customerUpsert(by: { reference: $r }, input: { name: $n, currency: "NOK" }) { __typename ... on CustomerUpsertPayload { outcome } ... on Error { code } } }`;
    const told = await Promise.all(
      times(references).flatMap((key) =>
        times(12).map((caller) => either(caller).graphql(upsert, { r: `upsert-${key}`, n: `upsert ${caller}` })),
      ),
    );
    assert.ok(told.every(isNoFault), JSON.stringify(told.find((it) => !isNoFault(it))));
    const created = told.filter(({ body }) => body.data.made.outcome === 'CREATED').length;
    figures('upserts', { asked: told.length, created });
    assert.equal(created, references);
  });

  const each = isShort ? 5 : 20;
  const total = 8 * each;

  /** 8 writers, each with as many edits of one record: who has read another version is refused, reads again and comes again. */
  async function editing(
    read: (server: Caller) => Promise<string>,
    edit: (server: Caller, version: string, text: string) => Promise<'kept' | 'stale'>,
  ) {
    const kept: string[] = [];
    let refused = 0;
    const writers = times(8).map(async (writer) => {
      for (const n of times(each)) {
        const text = `writer ${writer}, edit ${n}`;
        for (;;) {
          const server = either(writer);
          if ((await edit(server, await read(server), text)) === 'kept') break;
          refused += 1;
        }
        kept.push(text);
      }
    });
    await Promise.all(writers);
    return { kept, refused };
  }

  /** What the record became, edit by edit, by the history that the database keeps. */
  async function edits(reference: string) {
    const rows = await asAll(one.direct, (tx) =>
      tx.execute<{ text: string; was: number; became: number }>(
        `select h.after ->> 'comment' as text, (h.before ->> 'version')::int as was, (h.after ->> 'version')::int as became
         from history h join customers c on c.organization_id = h.organization_id and c.id = h.row_id
         where h.organization_id = ${one.organizationId} and h.table_name = 'customers' and h.operation = 'UPDATE' and c.reference = '${reference}'
         order by h.id`,
      ),
    );
    return [...rows];
  }

  it(`8 writers with ${each} edits each by expectedVersion: ${total} of ${total} are kept, each from the version that it read`, async () => {
    const reference = 'edited-by-version';
    await one.graphql(
      'mutation ($r: String!) { customerCreate(input: { reference: $r, name: "E", currency: "NOK" }) { __typename } }',
      { r: reference },
    );
    const { kept, refused } = await editing(
      async (server) => {
        const { body } = await server.graphql('query ($r: String!) { customer(by: { reference: $r }) { version } }', {
          r: reference,
        });
        return String(body.data.customer.version);
      },
      async (server, version, text) => {
        const told = await server.graphql(
          `mutation ($r: String!, $v: Int!, $t: String!) { x: customerUpdate(by: { reference: $r }, input: { comment: $t }, expectedVersion: $v) {
            __typename ... on CustomerUpdatePayload { customer { version comment } } ... on StaleError { currentVersion } } }`,
          { r: reference, v: Number(version), t: text },
        );
        assert.ok(isNoFault(told), JSON.stringify(told.body));
        const { x } = told.body.data;
        if (x.__typename === 'StaleError') {
          assert.ok(x.currentVersion > Number(version));
          return 'stale';
        }
        assert.deepEqual(x.customer, { version: Number(version) + 1, comment: text });
        return 'kept';
      },
    );
    const history = await edits(reference);
    figures('expectedVersion', { kept: kept.length, refused });
    assert.deepEqual({ edits: history.length, told: kept.length }, { edits: total, told: total });
    assert.deepEqual(history.map(({ text }) => text).sort(), kept.sort());
    assert.ok(history.every(({ was, became }, n) => was === n + 1 && became === n + 2));
  });

  it(`8 writers with ${each} edits each by If-Match: ${total} of ${total} are kept, the others are 412`, async () => {
    const reference = 'edited-by-etag';
    await one.form('/api/v1.0/customers', { reference, name: 'E' });
    const { kept, refused } = await editing(
      async (server) => {
        const told = await server.get(`/api/v1.0/customers/reference/${reference}`);
        return told.headers.get('etag') ?? '';
      },
      async (server, etag, text) => {
        const told = await server.form(
          `/api/v1.0/customers/reference/${reference}`,
          { comment: text },
          { 'if-match': etag },
        );
        assert.ok(told.status === 412 || told.status === 200, JSON.stringify(told));
        return told.status === 412 ? 'stale' : 'kept';
      },
    );
    const history = await edits(reference);
    figures('If-Match', { kept: kept.length, refused });
    assert.deepEqual({ edits: history.length, told: kept.length }, { edits: total, told: total });
    assert.deepEqual(history.map(({ text }) => text).sort(), kept.sort());
    assert.ok(history.every(({ was, became }, n) => was === n + 1 && became === n + 2));
  });

  it(`${pairs} pairs at once, delete against update, parents in circles, categories in use: nothing dangles`, async () => {
    const made: Json[] = [];
    for (const n of times(isShort ? 20 : 60)) {
      const { body } = await one.graphql(
        `mutation ($r: String!) {
          category: categoryCreate(input: { reference: $r, name: "C" }) { ... on CategoryCreatePayload { category { id } } ... on Error { code } }
          customer: customerCreate(input: { reference: $r, name: "B", currency: "NOK" }) { ... on CustomerCreatePayload { customer { id } } ... on Error { code } } }`,
        { r: `race-${n}` },
      );
      made.push(body.data);
    }
    const pick = () => made[Math.floor(Math.random() * made.length)];
    const moves = [
      () => ({
        q: 'mutation ($c: ID!) { x: customerDelete(by: { id: $c }) { __typename } }',
        v: { c: pick().customer.customer.id },
      }),
      () => ({
        q: 'mutation ($c: ID!, $p: ID!) { x: customerUpdate(by: { id: $c }, input: { parent: { id: $p } }) { __typename } }',
        v: { c: pick().customer.customer.id, p: pick().customer.customer.id },
      }),
      () => ({
        q: 'mutation ($c: ID!, $g: ID!) { x: customerUpdate(by: { id: $c }, input: { category: { id: $g } }) { __typename } }',
        v: { c: pick().customer.customer.id, g: pick().category.category.id },
      }),
      () => ({
        q: 'mutation ($g: ID!) { x: categoryDelete(by: { id: $g }) { __typename } }',
        v: { g: pick().category.category.id },
      }),
      () => ({
        q: 'mutation ($g: ID!, $p: ID!) { x: categoryUpdate(by: { id: $g }, input: { parent: { id: $p } }) { __typename } }',
        v: { g: pick().category.category.id, p: pick().category.category.id },
      }),
    ];
    const outcomes: Record<string, number> = {};
    for (let n = 0; n < pairs; n += 4) {
      const told = await Promise.all(
        times(8).map((caller) => {
          const move = moves[Math.floor(Math.random() * moves.length)];
          const { q, v } = move?.() ?? { q: '', v: {} };
          return either(caller).graphql(q, v);
        }),
      );
      for (const it of told) {
        const outcome = it.body.data?.x?.__typename ?? `${it.status} ${it.body.errors?.[0]?.extensions.code}`;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        assert.ok(it.status === 200 || it.status === 503, JSON.stringify(it.body));
      }
    }
    const circles = (table: string) => `with recursive up as (
        select id, parent_id, array[id] as path, false as is_circle from ${table} where organization_id = ${one.organizationId}
        union all select u.id, t.parent_id, u.path || t.id, t.id = any(u.path) from up u join ${table} t on t.organization_id = ${one.organizationId} and t.id = u.parent_id where not u.is_circle)
      select count(*)::int as n from up where is_circle`;
    const dangling = `select count(*)::int as n from customers c where c.organization_id = ${one.organizationId}
      and (not exists (select from categories g where g.organization_id = c.organization_id and g.id = c.category_id)
        or c.parent_id is not null and not exists (select from customers p where p.organization_id = c.organization_id and p.id = c.parent_id))`;
    const totals = `select (select coalesce(sum(count), 0) from customer_counts where organization_id = ${one.organizationId})::int
      - (select count(*) from customers where organization_id = ${one.organizationId})::int as n`;
    const violations = await asAll(one.direct, async (tx) => ({
      customersInCircles: (await tx.execute<{ n: number }>(circles('customers')))[0]?.n,
      categoriesInCircles: (await tx.execute<{ n: number }>(circles('categories')))[0]?.n,
      dangling: (await tx.execute<{ n: number }>(dangling))[0]?.n,
      totalsOff: (await tx.execute<{ n: number }>(totals))[0]?.n,
    }));
    figures('pairs', { outcomes, violations });
    assert.deepEqual(violations, { customersInCircles: 0, categoriesInCircles: 0, dangling: 0, totalsOff: 0 });
  });
});
