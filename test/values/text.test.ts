import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { badText } from '../../src/values/text.ts';
import { hasWildcard, likePattern } from '../../src/values/wildcard.ts';

describe('badText', () => {
  test('any whole characters, tabs and line ends are good', () => {
    for (const text of ['', 'Åse', '\u{1F469}\u200D\u{1F4BB}', 'a\tb\r\nc', '\uFFFD', '\x7F'])
      assert.equal(badText(text), null);
  });

  test('tells what is wrong', () => {
    assert.equal(badText('a\0b'), 'must not contain a NUL character');
    assert.equal(badText('a\x1Bb'), 'must not contain control characters');
    for (const half of ['\uD83D', '\uDE00', '\uDE00\uD83D', 'a\uD83Db', '\uD83D\uD83D\uDE00']) {
      assert.equal(badText(half), 'must not contain half of a character (a lone surrogate)');
    }
  });

  test('what is good goes through UTF-8 and JSON unchanged', () => {
    const units = fc.array(fc.nat(0xffff)).map((all) => String.fromCharCode(...all));
    fc.assert(
      fc.property(fc.oneof(units, fc.string({ unit: 'binary' })), (text) => {
        const isWhole = Buffer.from(text, 'utf8').toString('utf8') === text;
        const isPlain = !Array.from(text).some((sign) => sign < ' ' && !'\t\n\r'.includes(sign));
        assert.equal(badText(text) === null, isWhole && isPlain);
      }),
    );
  });
});

describe('likePattern', () => {
  test('* is any text, everything else stands for itself', () => {
    assert.equal(likePattern('a*b'), 'a%b');
    assert.equal(likePattern('100%_\\*'), '100\\%\\_\\\\%');
    assert.equal(likePattern('***'), '%');
    assert.ok(hasWildcard('a*') && !hasWildcard('a%'));
  });

  test('matches as the stars say', () => {
    /** What PostgreSQL does with a pattern: `\` quotes, `%` is any text, `_` any character. */
    const like = (pattern: string, text: string) =>
      new RegExp(
        `^${pattern.replace(/\\(.)|%|_|([\s\S])/gu, (_, quoted, other) => {
          const sign = quoted ?? other;
          return sign === undefined ? (_ === '%' ? '[^]*' : '[^]') : `\\u{${sign.codePointAt(0).toString(16)}}`;
        })}$`,
        'u',
      ).test(text);
    const part = fc.stringMatching(/^[a%_\\b]{0,4}$/);
    fc.assert(
      fc.property(part, part, part, (before, between, after) => {
        assert.ok(like(likePattern(`${before}*${after}`), `${before}${between}${after}`));
        assert.equal(like(likePattern(before), after), before === after);
      }),
    );
  });
});
