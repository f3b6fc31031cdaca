import fc from 'fast-check';

/** Text that somebody has broken something with before. */
export const nasty = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\udfff\ud800',
      '\ufffd',
      '\u202e',
      '\u0007',
      '__proto__',
      'constructor',
      'toString',
      'prototype',
      'hasOwnProperty',
      '%',
      '_',
      '\\',
      '%%',
      '*',
      '**********',
      `${'*a'.repeat(60)}`,
      "'",
      '"',
      "' or 1=1 --",
      "'; drop table customers; --",
      '$1',
      '$$',
      `\${7*7}`,
      '{{7*7}}',
      '../../etc/passwd',
      '..%2f..%2f',
      '%00',
      '%',
      '%zz',
      '%ff%fe',
      '%ed%a0%80',
      'NaN',
      'Infinity',
      '-Infinity',
      '-0',
      '1e309',
      '1e-400',
      '0x10',
      '9'.repeat(400),
      '-1',
      '9007199254740993',
      '9223372036854775807',
      '9223372036854775808',
      '-9223372036854775809',
      '2147483648',
      '1.5',
      '1,5',
      'null',
      'undefined',
      'true',
      '[]',
      '{}',
      '<script>alert(1)</script>',
      '=cmd()',
      'x'.repeat(300),
      'x'.repeat(10_000),
      'é'.repeat(500),
      '\u{1f600}'.repeat(200),
      '2026-02-30',
      '0000-00-00T00:00:00Z',
      '+999999-01-01T00:00:00Z',
      '275760-09-14T00:00:00Z',
      'Q3VzdG9tZXI6MQ',
      'Q3VzdG9tZXI6OTk5OTk5OTk5OTk5OTk5OTk5',
      'eyJrIjpbXX0',
      'W10',
      'bnVsbA',
      'WyIxIl0',
      'asc',
      'desc; select 1',
      'name,__proto__',
      '#ggg',
      'a@b',
      '@',
      '+',
      '+47',
      '0',
      '\r\nSet-Cookie: a=b',
      'NO',
      'XX',
      'ß',
      'İ',
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
);
const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1,
    1.5,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    -(2 ** 63),
    1e308,
    5e-324,
    1e21,
    100,
    101,
    250,
    1_000,
    1_001,
    1e9,
  ),
  fc.double(),
  fc.maxSafeInteger(),
);
const deep = fc.integer({ min: 2, max: 3_000 }).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`);
export const json: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: nasty },
  { weight: 3, arbitrary: number },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { a: null }) },
  { weight: 1, arbitrary: fc.array(nasty, { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.oneof(nasty, fc.constantFrom('eq', 'in', 'like', 'id', 'reference', 'name')), nasty, {
      maxKeys: 4,
    }),
  },
);

/** Names that bodies and queries of the documents have, so that a storm gets past the first gate. */
const words = [
  'reference',
  'name',
  'id',
  'email',
  'phone',
  'page',
  'perPage',
  'max',
  'offset',
  'sort',
  'order',
  'searchColumn',
  'searchValue',
  'customerNumber',
  'firstName',
  'lastName',
  'companyName',
  'address',
  'countryCode',
  'values',
  'key',
  'value',
  'lookup',
  'lookupField',
  'lookupValue',
  'phoneNumber',
  'phoneNumbers',
  'emailAddress',
  'credentials',
  'categoryReference',
  'parent',
  'logo',
  'dateCreated',
  'lastUpdated',
  'latitude',
  'longitude',
  'isActive',
  'currency',
  'paymentTypes',
  'riskScore',
  'conversationLanguage',
  'postalCode',
  'ssn',
  'color',
  'j_username',
  'j_password',
  'locale',
  'fields',
  'organization',
  'signature',
  'expires',
  '__proto__',
  'constructor',
  'a[b]',
  'a.b',
  '',
  '%',
];
const word = fc.constantFrom(...words);
export const pairs = fc.array(fc.tuple(word, fc.oneof(nasty, number.map(String))), { maxLength: 6 });
const object = fc
  .array(fc.tuple(word, json), { maxLength: 8 })
  .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${stringify(value)}`).join(',')}}`);

/** JSON, with what JSON does not have written all the same. */
export const stringify = (value: unknown): string => JSON.stringify(value) ?? 'null';

export const encode = (text: string) => {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate, as bytes that no UTF-8 has.
    return '%ED%A0%80';
  }
};

/** A body and what it claims to be. */
export interface Body {
  type: string;
  content: string | Uint8Array<ArrayBuffer> | undefined;
}
const boundary = 'stormboundary';
const part = fc
  .tuple(word, fc.oneof(nasty, fc.constant('GIF89a'), fc.constant('\u0089PNG\r\n')), fc.option(nasty))
  .map(
    ([name, content, file]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file === null ? '' : `; filename="${file}"\r\nContent-Type: image/png`}\r\n\r\n${content}\r\n`,
  );
const form = pairs.map((all) => all.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'));
const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
export const body: fc.Arbitrary<Body> = fc.oneof(
  { weight: 5, arbitrary: object.map((content) => ({ type: 'application/json', content })) },
  { weight: 2, arbitrary: form.map((content) => ({ type: 'application/x-www-form-urlencoded', content })) },
  {
    weight: 2,
    arbitrary: fc
      .array(part, { maxLength: 4 })
      .chain((parts) =>
        fc
          .constantFrom(`--${boundary}--\r\n`, '', '--')
          .map((end) => ({ type: `multipart/form-data; boundary=${boundary}`, content: parts.join('') + end })),
      ),
  },
  { weight: 1, arbitrary: json.map((value) => ({ type: 'application/json', content: stringify(value) })) },
  { weight: 1, arbitrary: deep.map((content) => ({ type: 'application/json', content })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '{"a":1,"a":{"b":2},"__proto__":{"x":1}}',
        '{"a":NaN}',
        '{"a":1e99999}',
        '{',
        '[1,',
        '"\\ud800"',
        '\ufeff{}',
        '{"name":"\\u0000"}',
        `{"name":${'9'.repeat(5_000)}}`,
      )
      .map((content) => ({ type: 'application/json', content })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 80 })
      .map((bytes) => ({ type: 'application/json', content: new Uint8Array(bytes) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(latin('{"name":"\xff\xfe"}'), latin('name=\xc3\x28'), latin('\xed\xa0\x80'))
      .map((content) => ({ type: 'application/json', content })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        'text/plain',
        'application/xml',
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'application/json; charset=utf-7',
        'image/svg+xml',
        'application/json; charset="',
        ';',
      )
      .map((type) => ({ type, content: '{"name":"x"}' })),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'application/json', content: undefined }) },
);
export const header = fc.constantFrom<[string, string]>(
  ['if-match', '"x"'],
  ['if-match', '*'],
  ['if-match', 'W/"1", ""'],
  ['if-none-match', '\\"'],
  ['idempotency-key', 'k'.repeat(300)],
  ['idempotency-key', '\u00e9'],
  ['content-encoding', 'gzip'],
  ['content-length', '-1'],
  ['accept', 'text/html'],
  ['accept', '*;q=x'],
  ['accept-language', '\u00ff'],
  ['x-request-id', "a'b"],
  ['traceparent', "00-'"],
  ['cookie', 'JSESSIONID=";"'],
  ['origin', 'null'],
  ['origin', 'javascript:x'],
  ['range', 'bytes=0-'],
  ['x-forwarded-for', ';'],
  ['x-gcs-idempotence-key', 'x'],
);
