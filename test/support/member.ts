import { openDb } from '../../src/db/client.ts';
import { createServer, type ServerOptions } from '../../src/server.ts';
import { listen } from '../../src/start/listen.ts';
import { openVault, parseKeys } from '../../src/vault.ts';

// One process of a test's fleet: told what it is by its parent, answers its port, ends with it.

interface Told {
  url: string;
  ring: string;
  settings: Pick<ServerOptions, 'env' | 'checkReplies'>;
}

process.once('message', async ({ url, ring, settings }: Told) => {
  const db = openDb({ url, prepare: false });
  const log = { info: () => undefined, error: (facts: object) => console.error(facts) };
  const env = { ...settings.env, trustProxy: true };
  const server = createServer({ ...settings, db, vault: openVault(parseKeys(ring)), log, env });
  const place = { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined };
  const { port } = await listen(server, place);
  process.send?.(port);
});
process.once('disconnect', () => process.exit());
