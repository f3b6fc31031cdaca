import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../src/db/client.ts';
import { worded } from '../../src/db/constraints.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { makeServingLogin, servingUrl } from '../../src/db/login.ts';
import { migrate } from '../../src/db/migrate.ts';
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

test('a full disk: writes are refused for now, reads go on, nothing acknowledged is lost', {
  skip: !isRoot && 'needs root',
}, async () => {
  const disk = smallDisk();
  const log = pino({ level: 'silent' });
  const embedded = await startEmbedded({ dataDir: join(disk.folder, 'data'), log });
  await migrate(embedded.url, log);
  await makeServingLogin(embedded.url);
  const db = openDb({ url: servingUrl(embedded.url) });
  try {
    const made = await asAll(db, (tx) =>
      createOrganization(tx, { reference: 'full', name: 'Full', country: 'NO', currencies: ['NOK'] }),
    );
    const organizationId = made?.id ?? 0;
    const acknowledged: string[] = [];
    const refused: Record<string, number> = {};
    const write = async (reference: string) => {
      try {
        await asOrganization(db, { organizationId }, 'write', (tx) =>
          tx.execute(sql`insert into customers (reference, name, currency, category_id, comment)
            select ${reference}, ${reference}, 'NOK', id, ${'long '.repeat(20_000)} || md5(random()::text) from categories limit 1`),
        );
        acknowledged.push(reference);
        return true;
      } catch (error) {
        const { code } = worded(error);
        refused[code] = (refused[code] ?? 0) + 1;
        return false;
      }
    };
    const count = async () => {
      const [row] = await asOrganization(db, { organizationId }, 'read', (tx) =>
        tx.execute<{ n: number }>(sql`select count(*)::int as n from customers`),
      );
      return row?.n ?? -1;
    };
    for (let n = 0; n < 20; n += 1) await write(`before ${n}`);
    disk.fill();
    for (let n = 0; n < 60; n += 1) await write(`full ${n}`);
    const readable = await count().catch(() => -1);
    disk.empty();
    const back = performance.now();
    while (!(await write(`after ${Math.round(performance.now())}`))) await sleep(50);
    const healed = Math.round(performance.now() - back);
    const stored = await asOrganization(db, { organizationId }, 'read', (tx) =>
      tx.execute<{ reference: string }>(sql`select reference from customers`),
    );
    const known = new Set(stored.map(({ reference }) => reference));
    const lost = acknowledged.filter((reference) => !known.has(reference)).length;
    figures('full disk', { acknowledged: acknowledged.length, refused, readable, healed, lost });
    assert.equal(lost, 0);
    assert.deepEqual(Object.keys(refused), ['UNAVAILABLE']);
    assert.ok(readable >= 20);
    assert.ok(healed < 30_000);
  } finally {
    await db.close();
    await embedded.stop();
    disk.remove();
  }
});
