import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';

// What `npm pack` makes, laid into an empty folder, beside the dependencies that the clone has already.

const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), 'clientele-installed-'));
const program = join(home, 'node_modules/clientele/dist/cli/main.js');
const port = await freePort(0);
const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), LOG_LEVEL: 'error' };

/** `clientele …`, in the folder where it is installed. */
async function clientele(...args: string[]) {
  return await run(program, args, { cwd: home, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

before(async () => {
  chmodSync(home, 0o711);
  await run('npm', ['pack', '--silent', '--pack-destination', home], { cwd: packageRoot });
  const [archive = ''] = readdirSync(home);
  const place = join(home, 'node_modules/clientele');
  mkdirSync(place, { recursive: true });
  await run('tar', ['xzf', join(home, archive), '-C', place, '--strip-components=1']);
  symlinkSync(join(packageRoot, 'node_modules'), join(place, 'node_modules'));
});
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

describe('installed in an empty folder', () => {
  test('it calls itself by its name', async () => {
    const { stdout } = await clientele('--help');
    assert.match(stdout, /Usage: {2}clientele <command>/);
    assert.doesNotMatch(stdout, /npm/);
    const early = await clientele('demo');
    assert.equal(early.code, 1);
    assert.match(early.stderr, /Start it: clientele start$/m);
  });

  test('it starts with demo data in that folder, not in its own, and imports', async () => {
    const server = spawn(program, ['start'], { cwd: home, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let screen = '';
    server.stdout.on('data', (chunk) => {
      screen += chunk;
    });
    try {
      while (!screen.includes('Ctrl-C')) {
        assert.equal(server.exitCode, null, screen);
        await sleep(50);
      }
      assert.match(screen, /For scripts clientele demo --json/);
      assert.ok(existsSync(join(home, '.clientele/demo.json')));
      const facts = JSON.parse((await clientele('demo', '--json')).stdout);
      assert.equal(facts.baseUrl, `http://127.0.0.1:${port}`);
      for (const page of ['/', '/graphql', '/reference/riverty', '/assets/style.css', '/schema.graphql']) {
        const answer = await fetch(facts.baseUrl + page, { headers: { accept: 'text/html' } });
        assert.equal(answer.status, 200, page);
        await answer.body?.cancel();
      }
      await run('sh', ['-c', `${program} import customers --sample > customers.csv`], { cwd: home, env });
      const imported = await clientele('import', 'customers', 'customers.csv', '--organization', 'entity1');
      assert.match(imported.stdout, /2 rows: 2 created/, imported.stderr);
    } finally {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
    }
  });
});
