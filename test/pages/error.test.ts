import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../src/errors.ts';
import { openPages } from '../../src/pages/index.ts';

test('the type of every problem leads to a page that says what happened and what to do', async () => {
  const pages = openPages({ demo: null, publicUrl: 'http://127.0.0.1' });
  const slugs = [...Object.keys(catalogue).map((code) => code.toLowerCase().replaceAll('_', '-')), 'validation-error'];
  for (const slug of slugs) {
    const answer = await pages.answer(new Request(`http://127.0.0.1/errors/${slug}`), `/errors/${slug}`, false);
    assert.equal(answer?.status, 200, slug);
    assert.match((await answer?.text()) ?? '', /HTTP status \d{3}/, slug);
  }
});
