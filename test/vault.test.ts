import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type KeyRing, makeKeys, mask, openVault, type Place, parseKeys } from '../src/vault.ts';

const place: Place = { organizationId: 7, table: 'customers', column: 'identity', rowId: 4711 };
const ring = parseKeys(makeKeys());
const vault = openVault(ring);
const rotated = parseKeys(makeKeys(ring));
const number = '01018912345';

describe('the key ring', () => {
  test('a new ring has one key, and a rotation puts a new one before it', () => {
    assert.match(makeKeys(), /^k1:[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(
      rotated.map(({ id }) => id),
      [2, 1],
    );
    assert.deepEqual(rotated[1], ring[0]);
  });

  test('blanks and line ends between keys do no harm', () => {
    assert.deepEqual(parseKeys(` ${makeKeys(ring).replace(',', ' ,\n')} `)[1], ring[0]);
  });

  const bad: Record<string, [text: string, says: RegExp]> = {
    empty: [' ', /CLIENTELE_KEYS is empty/],
    'without a number': [makeKeys().slice(3), /key 1: expected k, a number/],
    'numbered zero': [makeKeys().replace('k1', 'k0'), /expected k, a number/],
    'numbered too high': [makeKeys().replace('k1', 'k65536'), /expected k, a number/],
    'too short': ['k1:c2hvcnQ=', /has 5 bytes instead of 32/],
    'of zeros': [`k1:${Buffer.alloc(32).toString('base64')}`, /repeats itself/],
    'named twice': [`${makeKeys()},${makeKeys()}`, /names k1 twice/],
    'with a broken second key': [`${makeKeys()},k2=x`, /key 2/],
  };
  for (const [title, [text, says]] of Object.entries(bad)) {
    test(`a ring ${title} is refused with what to do, and without the key`, () => {
      assert.throws(
        () => parseKeys(text),
        (error) =>
          error instanceof Error &&
          says.test(error.message) &&
          !error.message.includes(text.slice(3, 20).trim() || '\0'),
      );
    });
  }

  test('the advice in the message makes a ring', () => {
    assert.throws(() => parseKeys(''), /node -p "'k1:' \+ crypto\.randomBytes\(32\)\.toString\('base64'\)"/);
  });
});

describe('sealing', () => {
  test('every text opens where it was sealed, and never seals the same way twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (plain, rowId) => {
        const at = { ...place, rowId };
        const sealed = vault.seal(at, plain);
        assert.equal(vault.open({ ...at, rowId: String(rowId) }, sealed), plain);
        assert.ok(!sealed.equals(vault.seal(at, plain)));
      }),
    );
  });

  test('every secret opens to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (secret) => {
        assert.deepEqual([...vault.openSecret(place, vault.sealSecret(place, secret))], [...secret]);
      }),
    );
  });

  test('begins with version and key id, then 12 bytes nonce, the text and 16 bytes tag', () => {
    const sealed = vault.seal(place, number);
    assert.deepEqual([...sealed.subarray(0, 3)], [1, 0, 1]);
    assert.deepEqual(sealed.subarray(0, 3), vault.head);
    assert.equal(sealed.length, 3 + 12 + number.length + 16);
    assert.ok(!sealed.includes(number));
  });

  test('a value moved to another organization, table, column or row does not open', () => {
    const sealed = vault.seal(place, number);
    const elsewhere = [{ organizationId: 8 }, { table: 'contacts' }, { column: 'name' }, { rowId: 471 }];
    for (const other of elsewhere) assert.throws(() => vault.open({ ...place, ...other }, sealed), /cannot be opened/);
  });

  test('a value changed in any bit does not open, and the error tells nothing of it', () => {
    const sealed = vault.seal(place, number);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(
        () => vault.open(place, changed),
        (error) => error instanceof Error && !error.message.includes(number),
      );
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.throws(() => vault.open(place, sealed.subarray(0, length)));
    }
  });

  test('after a rotation old values open, new ones begin with the new key, and a dropped key is named', () => {
    const next = openVault(rotated);
    const old = vault.seal(place, number);
    assert.equal(next.open(place, old), number);
    assert.deepEqual([...next.head], [1, 0, 2]);
    const [newest] = rotated;
    const after: KeyRing = [newest];
    assert.throws(() => openVault(after).open(place, old), /sealed by key k1, which CLIENTELE_KEYS does not hold/);
  });
});

describe('the blind index', () => {
  test('is the same for one number in its spellings, and another in another organization', () => {
    const index = vault.index(7, number);
    assert.equal(index.length, 32);
    assert.deepEqual(vault.index(7, '010189 12345'), index);
    assert.deepEqual(vault.index(7, '010189-12345'), index);
    assert.notDeepEqual(vault.index(8, number), index);
    assert.notDeepEqual(vault.index(7, '01018912346'), index);
  });

  test('is found by all keys of the ring while one is being replaced', () => {
    const next = openVault(rotated);
    assert.deepEqual(next.indexes(7, number), [next.index(7, number), vault.index(7, number)]);
  });
});

describe('signatures and fingerprints', () => {
  test('a signature holds for its text and purpose alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const signature = vault.sign('cursor', text);
        assert.match(signature, /^[\w-]{43}$/);
        assert.ok(vault.verify('cursor', text, signature));
        assert.ok(!vault.verify('picture', text, signature));
        assert.equal(vault.verify('cursor', other, signature), other === text);
        assert.ok(!vault.verify('cursor', text, other));
      }),
    );
  });

  test('no other spelling of a signature is taken', () => {
    const signature = vault.sign('cursor', 'x');
    const last = signature.slice(0, -1);
    const accepted = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter((letter) =>
      vault.verify('cursor', 'x', last + letter),
    );
    assert.equal(accepted.length, 1);
    assert.ok(!vault.verify('cursor', 'x', `${signature}=`));
  });

  test('what an old key signed still holds, what a dropped key signed does not', () => {
    const [newest] = rotated;
    assert.ok(openVault(rotated).verify('cursor', 'x', vault.sign('cursor', 'x')));
    assert.ok(!openVault([newest]).verify('cursor', 'x', vault.sign('cursor', 'x')));
  });

  test('a fingerprint depends on purpose, text and key, and a stored one is found after a rotation', () => {
    const print = vault.fingerprint('request', 'body');
    assert.deepEqual(vault.fingerprint('request', Buffer.from('body')), print);
    assert.notDeepEqual(vault.fingerprint('login', 'body'), print);
    assert.notDeepEqual(openVault(parseKeys(makeKeys())).fingerprint('request', 'body'), print);
    assert.deepEqual(openVault(rotated).fingerprints('request', 'body')[1], print);
  });
});

describe('mask', () => {
  test('shows the last four, and never more than half', () => {
    assert.equal(mask(number), '****2345');
    assert.equal(mask('131052-308T'), '****308T');
    assert.equal(mask('12345'), '****45');
    assert.equal(mask('1'), '****');
    assert.equal(mask(''), '****');
  });
});
