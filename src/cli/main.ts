#!/usr/bin/env node
import { backupCommand, restoreCommand } from './backup.ts';
import type { Command } from './command.ts';
import {
  credentialsList,
  credentialsRevoke,
  credentialsRotate,
  customerLoginsCreate,
  oauthClientsCreate,
  signingKeysCreate,
  staffLoginsCreate,
} from './credentials.ts';
import { customersErase } from './customers.ts';
import { demo } from './demo.ts';
import { directoryImport } from './directory.ts';
import { distribute } from './distribute.ts';
import { doctor } from './doctor.ts';
import { exportCustomersCommand } from './export.ts';
import { importCustomersCommand } from './import.ts';
import { issuerRotate } from './issuer.ts';
import { keyringCreate, keyringRotate } from './keyring.ts';
import { keysCreate, keysList, keysRevoke } from './keys.ts';
import { migrate } from './migrate.ts';
import { openapi } from './openapi.ts';
import { organizationsCreate, organizationsList } from './organizations.ts';
import { routes } from './routes.ts';
import { runCommandLine } from './run.ts';
import { schema } from './schema.ts';
import { seed } from './seed.ts';
import { start } from './start.ts';

// `clientele …`. Exit codes: 0 done, 1 failed, 2 wrong usage or environment, 3 done in part.

const commands: Command[] = [
  ...[start, demo, migrate, seed, doctor, distribute],
  ...[organizationsCreate, organizationsList, keysCreate, keysList, keysRevoke, keyringCreate, keyringRotate],
  ...[oauthClientsCreate, signingKeysCreate, staffLoginsCreate, customerLoginsCreate],
  ...[credentialsList, credentialsRotate, credentialsRevoke, issuerRotate],
  ...[importCustomersCommand, exportCustomersCommand, directoryImport, customersErase],
  ...[backupCommand, restoreCommand, routes, openapi, schema],
];

const exitCode = await runCommandLine(commands, process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});
process.exit(exitCode);
