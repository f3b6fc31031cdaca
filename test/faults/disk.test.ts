import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import sharp from 'sharp';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { makeServingLogin, servingUrl } from '../../src/db/login.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createServer } from '../../src/server.ts';
import { listen } from '../../src/start/listen.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { figures } from './faulty.ts';

const isRoot = process.getuid?.() === 0;

/** A disk of its own, so small that it can be filled. Only root may mount one. */
function smallDisk(): { folder: string; fill(): void; empty(): void; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'clientele-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=0711', 'tmpfs', folder]);
  chmodSync(folder, 0o711);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      try {
        for (let n = 0; ; n += 1) writeFileSync(`${ballast}-${n}`, Buffer.alloc(1 << 20));
      } catch {
        // Full: as wanted.
      }
    },
    empty: () => execFileSync('sh', ['-c', `rm -f ${ballast}-*`]),
    remove() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A picture that nothing makes smaller. */
const noise = () =>
  sharp(randomBytes(700 * 700 * 3), { raw: { width: 700, height: 700, channels: 3 } })
    .png()
    .toBuffer();

/** Valomnia's words (contracts, 1.4). */
const refusal =
  '503 {"error":"unavailable","error_description":"The service is not available at the moment, try again later."}';

test('a full disk: pictures are refused for now and leave no half behind, reads go on, nothing acknowledged is lost', {
  skip: !isRoot && 'needs root',
}, async () => {
  const disk = smallDisk();
  const log = pino({ level: 'silent' });
  const embedded = await startEmbedded({ dataDir: join(disk.folder, 'data'), log });
  await migrate(embedded.url, log);
  await makeServingLogin(embedded.url);
  const db = openDb({ url: servingUrl(embedded.url) });
  const env = { mode: 'production', publicUrl: 'http://disk.test', oidc: null, rateLimit: 100_000 } as const;
  const quiet = { info() {}, error() {} };
  const server = createServer({ db, vault: openVault(parseKeys(makeKeys())), log: quiet, env });
  const listening = await listen(server, { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined });
  try {
    const made = await asAll(db, (tx) =>
      createOrganization(tx, { reference: 'full', name: 'Full', country: 'NO', currencies: ['NOK'] }),
    );
    const api = `http://127.0.0.1:${listening.port}/api/v1.0/customers`;
    const headers = { authorization: `Bearer ${made?.key}` };
    const told: Record<string, number> = {};
    /** References of the customers whose picture was acknowledged, and how often. */
    const acknowledged = new Map<string, number>();

    /** Gives the customer another logo of 1.5 MB. */
    const upload = async (reference: string) => {
      const picture = await noise();
      const body = new FormData();
      body.append('name', reference);
      body.append('imageFile', new Blob([new Uint8Array(picture)]), 'noise.png');
      const answer = await fetch(`${api}/reference/${reference}`, { method: 'POST', headers, body });
      const text = await answer.text();
      if (answer.ok) {
        acknowledged.set(reference, (acknowledged.get(reference) ?? 0) + 1);
        return true;
      }
      told[`${answer.status} ${text}`] = (told[`${answer.status} ${text}`] ?? 0) + 1;
      assert.ok(Number(answer.headers.get('retry-after')) >= 1);
      return false;
    };
    for (let n = 0; n < 5; n += 1) assert.ok(await upload(`before-${n}`));
    disk.fill();
    let wasDone = 0;
    for (let n = 0; n < 20; n += 1) if (await upload(n < 10 ? `before-${n % 5}` : `full-${n}`)) wasDone += 1;
    const list = await fetch(`${api}?max=100`, { headers });
    const readable = list.ok ? (await list.json()).paging.total : -1;
    disk.empty();
    const back = performance.now();
    while (!(await upload('after'))) await sleep(50);
    const healed = Math.round(performance.now() - back);

    const [left] = await asOrganization(db, { organizationId: made?.id ?? 0 }, 'read', (tx) =>
      tx.execute<{ customers: number; pictures: number; unseen: number; half: number }>(sql`select
        (select count(*) from customers)::int as customers, (select count(*) from pictures)::int as pictures,
        (select count(*) from pictures p where not exists (select from customers c where c.logo_id = p.id))::int as unseen,
        (select count(*) from customers where logo_id is null)::int as half`),
    );
    figures('full disk', { before: 5, wasDone, told, readable, healed, ...left });
    assert.deepEqual(left, { customers: acknowledged.size, pictures: acknowledged.size, unseen: 0, half: 0 });
    assert.deepEqual(Object.keys(told), [refusal]);
    assert.ok(readable >= 5);
    assert.ok(healed < 30_000);
  } finally {
    await listening.drain(0);
    await server.close();
    await db.close();
    await embedded.stop();
    disk.remove();
  }
});
