import { statfs } from 'node:fs/promises';
import { type Check, checkDatabase } from '../doctor.ts';
import { type Command, columns } from './command.ts';
import { type Workplace, withDatabase } from './database.ts';

/** Below this the data folder's disk is nearly full: 1 GiB. */
const leastDisk = 2 ** 30;

/** `doctor`: checks a deployment and says what to do. */
export const doctor: Command = {
  words: 'doctor',
  summary: 'Check this deployment: database, roles, row security, keys, clock, disk; and say what to do.',
  options: [],
  run: async () => {
    const look = async ({ env, db, vault }: Workplace) => [
      ...(await checkDatabase(db, vault)),
      ...checkEnvironment(env),
      await checkDisk(env.dataDir),
    ];
    const checks = await withDatabase(look, { isLook: true });
    const sign = { good: 'ok', warning: 'warn', bad: 'BAD' } as const;
    const rows = checks.map(({ name, state, said }) => [sign[state], name, said]);
    const advice = checks.flatMap(({ name, advice }) => (advice === null ? [] : [`${name}: ${advice}`]));
    const isWell = checks.every(({ state }) => state !== 'bad');
    const end = advice.length === 0 ? 'All is well.' : `What to do:\n${advice.map((line) => `  ${line}`).join('\n')}`;
    return { json: { isWell, checks }, text: `${columns(rows)}\n\n${end}`, exitCode: isWell ? 0 : 1 };
  },
};

function checkEnvironment(env: { mode: string; publicUrl: string | null; host: string; trustProxy: boolean }): Check[] {
  const isOpen = !['127.0.0.1', 'localhost', '::1'].includes(env.host);
  const checks: Check[] = [];
  const url = env.publicUrl;
  if (env.mode === 'production') {
    const isHttps = url?.startsWith('https:') ?? false;
    checks.push({
      name: 'public address',
      state: isHttps ? 'good' : 'warning',
      said: url ?? 'not set',
      advice: isHttps ? null : 'Set PUBLIC_URL to the https:// origin that callers use: links and tokens name it.',
    });
  } else if (isOpen) {
    const advice = 'Set HOST=127.0.0.1, or CLIENTELE_MODE=production.';
    checks.push({ name: 'demo mode', state: 'bad', said: `listens on ${env.host}`, advice });
  }
  return checks;
}

async function checkDisk(folder: string): Promise<Check> {
  const facts = await statfs(folder).catch(() => null);
  if (facts === null) return { name: 'disk', state: 'good', said: 'no data folder here', advice: null };
  const free = facts.bavail * facts.bsize;
  const said = `${Math.round(free / 2 ** 20)} MiB free`;
  if (free >= leastDisk) return { name: 'disk', state: 'good', said, advice: null };
  return { name: 'disk', state: 'warning', said, advice: `Make room where ${folder} is: writes fail when it is full.` };
}
