/** A number that may have more digits than JavaScript's have, or be written otherwise there. */
const mayBeLong = /\d[\d.]{15}|0\.0{6}/;
const textOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?/g;

/** JSON as PostgreSQL writes it. A number whose digits JavaScript would not keep stays as they are, as a text. */
export function readJsonb(text: string): unknown {
  if (!mayBeLong.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(textOrNumber, (token) => (token.startsWith('"') || isKept(token) ? token : `"${token}"`)),
  );
}

function isKept(digits: string): boolean {
  const shortest = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return String(Number(digits)) === shortest;
}
