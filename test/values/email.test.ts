import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { emailKey, longestEmail, parseEmail } from '../../src/values/email.ts';

describe('parseEmail', () => {
  test('takes an address as typed, without the blanks around it', () => {
    for (const email of [
      'tom.customer@mail.com',
      'Ola+news@Company.Example',
      "o'neil_1@a-b.co.uk",
      'åse@blåbær.no',
      'x@例え.jp',
    ]) {
      assert.equal(parseEmail(` ${email}\n`), email);
    }
  });

  test('refuses what is none', () => {
    const none = [
      '',
      '@',
      'a',
      'a@',
      '@b.no',
      'a@b',
      'a@b..no',
      'a@.b.no',
      'a@b.no.',
      'a@-b.no',
      'a@b-.no',
      'a@b.123',
      'a@1.2',
    ];
    const odd = [
      'a..b@c.no',
      '.a@c.no',
      'a.@c.no',
      'a b@c.no',
      'a@b@c.no',
      '"a"@c.no',
      'a@[127.0.0.1]',
      'a@ex%61mple.no',
      'a@c.no\0',
    ];
    for (const email of [...none, ...odd, 'Ola <a@c.no>', 'a@c.no,b@c.no', 'a@c.no\nBcc: b@c.no']) {
      assert.equal(parseEmail(email), null, email);
    }
  });

  test('counts: 64 before the sign, 63 for each part after it, 255 in all', () => {
    const domain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(60)}`;
    const email = (length: number) => `${'n'.repeat(length - domain.length - 1)}@${domain}`;
    assert.equal(parseEmail(email(250))?.length, 250);
    assert.equal(parseEmail(`${'n'.repeat(65)}@mail.com`), null);
    assert.equal(parseEmail(`a@${'d'.repeat(64)}.no`), null);
    assert.equal(parseEmail(`${'n'.repeat(60)}@${domain}.${'g'.repeat(longestEmail)}`), null);
  });

  test('takes a time that grows with the length alone', () => {
    const begin = performance.now();
    for (const text of [
      'a.'.repeat(250_000),
      `${'a'.repeat(500_000)}@`,
      `a@${'b.'.repeat(250_000)}`,
      '@'.repeat(500_000),
    ]) {
      assert.equal(parseEmail(text), null);
      emailKey(text);
    }
    assert.ok(performance.now() - begin < 1000);
  });

  test('takes whatever it took before', () => {
    fc.assert(fc.property(fc.emailAddress(), (email) => parseEmail(parseEmail(email) ?? 'a@b.no') !== null));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => (parseEmail(text) ?? '').length <= longestEmail));
  });
});

describe('emailKey', () => {
  test('is one for all spellings of an address', () => {
    assert.equal(emailKey(' Tom.Customer@MAIL.com'), 'tom.customer@mail.com');
    assert.equal(emailKey('x@BLÅBÆR.no'), emailKey('x@xn--blbr-roah.no'));
  });

  test('is its own key', () => {
    fc.assert(fc.property(fc.emailAddress(), (email) => emailKey(emailKey(email)) === emailKey(email)));
  });
});
