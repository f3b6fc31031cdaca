import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { newMerchant } from './merchant.ts';

const folder = 'examples/worldline';

interface Example {
  chapter: string;
  request: { method: string; path: string; body?: unknown };
  response: { status: number; body: Record<string, unknown> };
  /** Members that are answered otherwise, and why. */
  differs: Record<string, string>;
}

/** What of an answer the example shows too: members that only the answer has are more than it shows. */
function shown(answer: unknown, example: unknown): unknown {
  if (Array.isArray(example) && Array.isArray(answer)) return example.map((one, at) => shown(answer[at], one));
  if (typeof example !== 'object' || example === null || typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, shown(Reflect.get(answer, name), value)]),
  );
}

for (const file of readdirSync(folder)) {
  const { chapter, request, response, differs }: Example = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  const { status } = response;
  test(`${status}, ${chapter} (${file})`, async () => {
    const merchant = await newMerchant();
    const calls = request.path === '/sessions' ? [merchant.call] : [merchant.call, (await merchant.session()).call];
    const told = Object.fromEntries(Object.entries(response.body).filter(([name]) => !Object.hasOwn(differs, name)));
    for (const call of calls) {
      const answer = await call(request.method, request.path, request.body);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.deepEqual(shown(answer.body, told), told);
    }
  });
}
