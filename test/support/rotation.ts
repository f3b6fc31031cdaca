import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { and, inArray, sql } from 'drizzle-orm';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../src/db/client.ts';
import { claim, keep } from '../../src/db/idempotency.ts';
import { recordset } from '../../src/db/recordset.ts';
import { customers } from '../../src/db/tables/customers.ts';
import { identityPlace } from '../../src/domain/sealed-identity.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { startThrowaway } from './database.ts';

const perStatement = 1000;

/**
 * Turns the key ring of an installation with so many customers, killing the command three times, while look-ups go on. Answers
 * how many look-ups there were and how many missed, and what stands under the old key in the end.
 */
export async function rotateUnderKills(count: number) {
  const database = await startThrowaway();
  const db = openDb({ url: database.url });
  try {
    const oldText = makeKeys();
    const bothText = makeKeys(parseKeys(oldText));
    const [before, both] = [openVault(parseKeys(oldText)), openVault(parseKeys(bothText))];
    const made = await asAll(db, (tx) =>
      createOrganization(tx, { reference: 'turned', name: 'Turned', country: 'NO', currencies: ['NOK'] }),
    );
    assert.ok(made);
    const organizationId = made.id;
    const as = <T>(work: Parameters<typeof asOrganization<T>>[3]) =>
      asOrganization(db, { organizationId }, 'write', work);
    const numberOf = (id: number) => String(10_000_000_000 + id);
    for (let first = 1; first <= count; first += perStatement) {
      await as(async (tx) => {
        const [category] = await tx.execute<{ id: string }>(sql`select id from categories limit 1`);
        const rows = Array.from({ length: Math.min(perStatement, count - first + 1) }, (_, at) => ({
          organizationId,
          id: first + at,
          reference: `c${first + at}`,
          name: 'Ola',
          currency: 'NOK',
          categoryId: Number(category?.id),
          identitySealed: before.seal(identityPlace(organizationId, 'customers', first + at), numberOf(first + at)),
          identityIndex: before.index(organizationId, numberOf(first + at)),
        }));
        const { names, rows: source } = recordset(customers, rows as never);
        await tx.execute(sql`insert into customers (${names}) select ${names} from ${source}`);
      });
    }
    const once_ = { organizationId, credentialId: 'c', key: 'k', fingerprint: 'f' };
    await as((tx) => keep(tx, before, once_, { data: 'kept' }));
    const versions = () =>
      as((tx) => tx.execute(sql`select sum(version)::text as sum, max(updated_at) as at from customers`));
    const versionsBefore = [...(await versions())];

    const looked = { asked: 0, missed: 0 };
    let isDone = false;
    const lookUps = (async () => {
      while (!isDone) {
        const id = 1 + Math.floor(Math.random() * count);
        const [row] = await as((tx) =>
          tx
            .select({ id: customers.id, sealed: customers.identitySealed })
            .from(customers)
            .where(and(inArray(customers.identityIndex, both.indexes(organizationId, numberOf(id))))),
        );
        looked.asked++;
        const isFound =
          row?.id === id &&
          row.sealed &&
          both.open(identityPlace(organizationId, 'customers', id), row.sealed) === numberOf(id);
        if (!isFound) looked.missed++;
      }
    })();
    lookUps.catch(() => {});
    const env = {
      DATABASE_URL: database.url,
      CLIENTELE_KEYS: bothText,
      CLIENTELE_MODE: 'production',
      PUBLIC_URL: 'http://localhost',
    };
    let kills = 0;
    for (; kills < 3; kills++) assert.equal(await run(env, kills + 1), 'killed');
    assert.equal(await run(env, null), 0);
    isDone = true;
    await lookUps;

    const after = openVault([parseKeys(bothText)[0]]);
    assert.deepEqual((await as((tx) => claim(tx, after, once_)))?.result, { data: 'kept' });
    const head = after.head.toString('hex');
    const [left] = await asAll(db, (tx) =>
      tx.execute<{ customers: string; history: string; total: string }>(sql`select
        (select count(*) from customers where encode(substr(identity_sealed, 1, 3), 'hex') <> ${head}) as customers,
        (select count(*) from history where left(after ->> 'identity_sealed', 8) <> ${`\\x${head}`}) as history,
        (select count(*) from history where table_name = 'customers') as total`),
    );
    return {
      looked,
      kills,
      left: { ...left },
      isUntouched: JSON.stringify([...(await versions())]) === JSON.stringify(versionsBefore),
    };
  } finally {
    await db.close();
    await database.stop();
  }
}

/** Runs the command; kills it when it has told so many times that it got on. */
async function run(env: Record<string, string>, killAfter: number | null): Promise<number | null | 'killed'> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'keyring', 'rotate'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  let told = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (line.includes('sealed anew') && ++told === killAfter) child.kill('SIGKILL');
  });
  const [code, signal] = await ended;
  if (killAfter !== null && signal === 'SIGKILL') return 'killed';
  if (code !== 0) console.error(lines.join('\n'));
  return code as number | null;
}
