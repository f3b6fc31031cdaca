import type { Leaf } from './leaf.ts';
import type { Write } from './level.ts';

/** What a plan writes: a text of JSON, or the values that it would be parsed to. */
export type Told = string | number | boolean | null | readonly Told[] | { readonly [name: string]: Told };
export type ToldObject = Extract<Told, string | Readonly<Record<string, Told>>>;

/** How what is written becomes an answer. A plan has one form. */
export interface Form {
  leaf(leaf: Leaf): (text: string) => Told;
  none: Told;
  /** A value as JSON has it. */
  value(value: unknown): Told;
  list(told: readonly Told[]): Told;
  /** Objects of these members, in their order. */
  object<Of>(members: readonly { key: string; write: Write<Of> }[]): Write<Of, ToldObject>;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;
const quote = (text: string) => (escaped.test(text) ? JSON.stringify(text) : `"${text}"`);

/** As JSON: a text of many pieces, of which one is made when it leaves. */
export const asText: Form = {
  leaf: ({ word, value }) => (value ? word : (text) => quote(word(text))),
  none: 'null',
  value: (value) => (typeof value === 'string' ? quote(value) : JSON.stringify(value)),
  list: (told) => `${told.reduce((text, one, i) => (i ? `${text},${one}` : `[${one}`), '[')}]`,
  object(members) {
    const named = members.map(({ key, write }, i) => ({ name: `${i ? ',' : '{'}${quote(key)}:`, write }));
    return (of, answer) => {
      let text = '';
      for (const { name, write } of named) text += name + write(of, answer);
      return `${text}}`;
    };
  },
};

/** As values. Rows that point at the same one share it, so nobody changes them. */
export const asValues: Form = {
  leaf: ({ word, value }) => value ?? word,
  none: null,
  value: (value) => (typeof value === 'string' ? value : JSON.parse(JSON.stringify(value))),
  list: (told) => told,
  object(members) {
    // To fill in a copy that has all the names costs less than to add them one by one.
    const blank: Record<string, Told> = Object.fromEntries(members.map(({ key }) => [key, null]));
    return (of, answer) => {
      const object = { ...blank };
      for (const { key, write } of members) object[key] = write(of, answer);
      return object;
    };
  },
};
