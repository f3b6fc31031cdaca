import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createOrganization } from './cli/organizations.ts';
import { asAll, openDb } from './db/client.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { packageRoot } from './env.ts';
import { type Ask, findRosetta, printRosetta } from './pages/rosetta-find.ts';
import { createServer } from './server.ts';
import { makeKeys, openVault, parseKeys } from './vault.ts';

// The other half of `npm run generate`: what the Rosetta page says is found by asking a server on an empty database.

const dataDir = await mkdtemp(join(tmpdir(), 'clientele-rosetta-'));
// As root, PostgreSQL runs as another user, who must be able to pass through.
await chmod(dataDir, 0o711);
const log = pino({ level: 'error' }, pino.destination(2));
const database = await startEmbedded({ dataDir, log, isThrowaway: true });
try {
  await migrate(database.url, log);
  const db = openDb({ url: database.url });
  const publicUrl = 'http://127.0.0.1';
  const env = { mode: 'production', publicUrl, oidc: null } as const;
  const server = createServer({ db, vault: openVault(parseKeys(makeKeys())), log, env });
  const made = await asAll(db, (tx) =>
    createOrganization(tx, { reference: 'rosetta', name: 'Rosetta', country: 'NO', currencies: ['NOK', 'EUR'] }),
  );
  const ask: Ask = async (query, variables) => {
    const headers = { authorization: `Bearer ${made?.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query, variables });
    const answer = await server.fetch(new Request(`${publicUrl}/graphql`, { method: 'POST', headers, body }));
    const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  await writeFile(join(packageRoot, 'src/pages/rosetta.generated.ts'), printRosetta(await findRosetta(ask)));
  await server.close();
  await db.close();
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
