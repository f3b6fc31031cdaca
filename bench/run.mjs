// Starts every target on the same rows, proves that they answer alike, loads them in paired rounds, prints ratios.
//   node run.mjs [--targets a,b] [--workloads w1,w6] [--rounds 5] [--seconds 3] [--connections 16] [--size 1000000]
// Rounds go A B C, C B A, …; a ratio is taken within a round. Needs wrk. The first run fills the database: DATABASE_URL's, or its own.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, promisify } from 'node:util';
import postgres from 'postgres';
import { openData } from './database.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const here = (file) => new URL(file, import.meta.url).pathname;
const data = await openData(Number(option('size', 1_000_000)));
const { url } = data;
process.env.DATABASE_URL = url;
const [{ organization, customers, key }] = data.keys;
process.env.ORGANIZATION = String(organization);
const all = await import('./targets.mjs');
const { normal, terms, unique, uniqueOf, workloads } = await import('./words.mjs');
const wanted = option('targets', 'clientele,postgraphile,mercurius,fastify,ceiling').split(',');
const asked = option('workloads', Object.keys(workloads).join(',')).split(',');
const [rounds, seconds, connections] = [option('rounds', 5), option('seconds', 3), option('connections', 16)].map(
  Number,
);
const targets = wanted.map((name) => all[name]);

const folder = mkdtempSync(join(tmpdir(), 'clientele-bench-'));
const started = [];
process.on('exit', () => {
  for (const child of started) child.kill();
  data.kill();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const sql = postgres(url, { max: 1, fetch_types: false, onnotice() {} });
const ids = (
  await sql`select id from customers where organization_id = ${organization} and reference like 'NC-%' order by id`
).map(({ id }) => Number(id));
const categories = (
  await sql`select id from categories where organization_id = ${organization} order by id limit 50`
).map(({ id }) => Number(id));
const deep = Math.floor(Math.min(ids.length * 0.75, 300_000));
const spread = (n, from) => Array.from({ length: n }, (_, i) => from(i));
const values = {
  w1: spread(32, (i) => ids[Math.floor((i / 32) * (ids.length - 200))]),
  w2: spread(64, (i) => ids[Math.floor((i / 64) * ids.length)]),
  w3: terms,
  w4: categories.map((category, i) => ({ category, name: `Bench Customer ${i}` })),
  w5: spread(32, (i) => ids[deep + i - 1]),
  w6: spread(10, (i) => i * 100),
};

async function start(target, port) {
  target.url = `http://127.0.0.1:${port}`;
  const file = target.file ? here(target.file) : (process.env.CLIENTELE_MAIN ?? here('../dist/main.js'));
  const keys = `k1:${randomBytes(32).toString('base64')}`;
  const own = target.file
    ? {}
    : {
        CLIENTELE_MODE: 'production',
        CLIENTELE_KEYS: process.env.CLIENTELE_KEYS ?? keys,
        RATE_LIMIT: '1000000',
        LOG_LEVEL: 'info',
      };
  // As `npm start` does.
  const flags = target.file ? [] : ['--max-semi-space-size=12', '--heap-growing-percent=40'];
  const child = spawn(process.execPath, [...flags, file], {
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production', ...own, PORT: String(port) },
    stdio: ['ignore', 'ignore', target.file ? 'inherit' : 'ignore'],
  });
  started.push(child);
  target.pid = child.pid;
  for (let i = 0; i < 200; i++) {
    if (
      await fetch(`${target.url}/livez`).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(150);
  }
  throw new Error(`${target.name} did not start`);
}

const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
const call =
  (target) =>
  async ({ method, path, body }) => {
    const response = await fetch(target.url + path, { method, headers, body });
    const text = await response.text();
    const json = JSON.parse(text);
    if (!response.ok || json.errors)
      throw new Error(`${target.name} ${path}: ${response.status} ${text.slice(0, 400)}`);
    return json;
  };
/** Every request that makes a customer makes another one. */
let [runs, made] = [0, 0];
const anew = ({ body, ...request }) => ({ ...request, body: body?.replace(unique, uniqueOf(0, made++)) });
async function clean() {
  await sql`delete from customers where organization_id = ${organization} and reference like 'BENCH-%'`;
  await sql`vacuum analyze customers`;
}
const able = (target, w) => target.only?.includes(w) ?? true;

// Another run may be under way.
const port = 20_000 + Math.floor(Math.random() * 20_000);
for (const [i, target] of targets.entries()) {
  await start(target, port + i);
  await target.prepare?.(call(target), new Set([...values.w1, ...values.w5]));
}
for (const w of asked) {
  if (w === 'w4') await clean();
  for (const x of values[w].slice(0, 12)) {
    let first = null;
    for (const target of targets.filter((one) => able(one, w))) {
      const { total, rows } = target.read(w, await call(target)(anew(target.request(w, x))));
      const told = {
        rows: rows.map((row) => normal(w, row)),
        ...((w === 'w3' || w === 'w6') && { total: Number(total) }),
      };
      first ??= told;
      if (!isDeepStrictEqual(told, first)) {
        writeFileSync(join(tmpdir(), 'bench-expected.json'), JSON.stringify(first, null, 1));
        writeFileSync(join(tmpdir(), 'bench-actual.json'), JSON.stringify(told, null, 1));
        throw new Error(
          `${target.name} answers ${w} (${x}) otherwise than ${targets[0].name}: bench-expected.json, bench-actual.json`,
        );
      }
    }
  }
  console.log(
    `${w}: equal answers of ${targets
      .filter((one) => able(one, w))
      .map(({ name }) => name)
      .join(', ')}`,
  );
}

const ticks = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
/** The CPU time of each process of the database; none when it runs elsewhere. */
async function databaseTicks() {
  const found = await sql`select pid from pg_stat_activity`;
  return new Map(found.flatMap(({ pid }) => (isPostgres(pid) ? [[pid, ticks(pid)]] : [])));
}
function isPostgres(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return false;
  }
}
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const lua = (text) => JSON.stringify(text).replace(/\\u([0-9a-f]{4})/g, '\\u{$1}');
function script(target, w) {
  const file = join(folder, `${target.name}-${w}.lua`);
  const requests = values[w]
    .map((x) => target.request(w, x))
    .map(({ method, path, body }) => `{${lua(method)}, ${lua(path)}, ${body ? lua(body) : 'nil'}}`);
  const head = Object.entries(headers)
    .map(([name, value]) => `[${lua(name)}]=${lua(value)}`)
    .join(', ');
  writeFileSync(
    file,
    `local all, n = {${requests.join(',\n')}}, 0
function init() for i = 1, #all do all[i] = wrk.format(all[i][1], all[i][2], {${head}}, all[i][3]) end end
function request()
  n = n + 1
  local text = all[(n * 7) % #all + 1]
  ${w === 'w4' ? `return (string.gsub(text, "BENCH%-UNIQUE%-0000000000", string.format("${uniqueOf(++runs, 0).slice(0, -10)}%010d", n)))` : 'return text'}
end
function done(s, l) io.write(string.format("RESULT %d %d %f %d\\n", s.requests, s.duration, l:percentile(99), s.errors.status + s.errors.connect + s.errors.read + s.errors.timeout)) end`,
  );
  return file;
}
async function load(target, w, time) {
  const before = ticks(target.pid);
  const databaseBefore = await databaseTicks();
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${time}s`,
    '--timeout',
    '20s',
    '-s',
    script(target, w),
    target.url,
  ]);
  const cpu = ticks(target.pid) - before;
  const sums = [...(await databaseTicks())].map(([pid, now]) => now - (databaseBefore.get(pid) ?? 0));
  const [, n, us, p99, errors] = /RESULT (\d+) (\d+) ([\d.]+) (\d+)/.exec(stdout).map(Number);
  return {
    rps: (n / us) * 1e6,
    p99: p99 / 1000,
    cpu: cpu / n,
    database: databaseBefore.size > 0 ? sums.reduce((sum, one) => sum + one, 0) / n : Number.NaN,
    rss: memory(target.pid),
    errors,
  };
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const show = (x) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
console.log(
  `\n${customers} customers in the largest organization, ${connections} connections, ${rounds} rounds of ${seconds} s, Node ${process.version}`,
);
for (const w of asked) {
  const able_ = targets.filter((one) => able(one, w));
  const told = new Map(able_.map((target) => [target, []]));
  for (const target of able_) await load(target, w, 2);
  for (let round = 0; round < rounds; round++)
    for (const target of round % 2 ? [...able_].reverse() : able_)
      told.get(target).push(await load(target, w, seconds));
  if (w === 'w4') await clean();
  console.log(
    `\n${w}: ${workloads[w]}\n\n| target | requests/s | ${targets[0].name} is so many times faster | p99 ms | server CPU ms | PostgreSQL CPU ms | MiB | errors |\n|---|---|---|---|---|---|---|---|`,
  );
  for (const [target, own] of told) {
    const ratios = own.map(({ rps }, i) => told.get(targets[0])[i].rps / rps);
    const m = (name) => show(median(own.map((run) => run[name])));
    console.log(
      `| ${target.name} | ${m('rps')} | ${show(median(ratios))} (${show(Math.min(...ratios))}–${show(Math.max(...ratios))}) | ${m('p99')} | ${m('cpu')} | ${m('database')} | ${m('rss')} | ${own.reduce((sum, { errors }) => sum + errors, 0)} |`,
    );
  }
}
await sql.end();
for (const child of started) child.kill();
await data.stop();
process.exit(0);
