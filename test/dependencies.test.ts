import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../src/env.ts';

const read = (name: string) => readFileSync(join(packageRoot, name), 'utf8');
const { dependencies, devDependencies }: Record<string, Record<string, string>> = JSON.parse(read('package.json'));

test('every dependency has its reason in CONTRIBUTING.md, and nothing else has', () => {
  const chapter = read('CONTRIBUTING.md').split('\n## Dependencies\n')[1]?.split('\n## ')[0] ?? '';
  const told = [...chapter.matchAll(/^\| `([^`]+)` \| \S.* \|$/gm)].map(([, name]) => name);
  assert.deepEqual(told.sort(), Object.keys({ ...dependencies, ...devDependencies }).sort());
});

test('every package that is installed with the program is used by it', () => {
  const files = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' });
  const source = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join('src', file)))
    .join('\n');
  const isUsed = (name: string) => source.includes(`'${name}'`) || source.includes(`'${name}/`);
  assert.deepEqual(
    Object.keys(dependencies ?? {}).filter((name) => !isUsed(name)),
    [],
  );
});

test('versions are exact', () => {
  const versions = Object.values({ ...dependencies, ...devDependencies });
  assert.deepEqual(
    versions.filter((version) => !/^\d/.test(version)),
    [],
  );
});
