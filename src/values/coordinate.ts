/** Degrees north, from -90 to 90, from a number or its decimal text; null when it is none. */
export function parseLatitude(value: string | number): number | null {
  return within(value, 90);
}

/** Degrees east, from -180 to 180, from a number or its decimal text; null when it is none. */
export function parseLongitude(value: string | number): number | null {
  return within(value, 180);
}

function within(value: string | number, limit: number): number | null {
  const text = String(value).trim();
  // The pattern keeps out what Number would read: an empty text, hexadecimal, Infinity.
  if (text.length > 40 || !/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i.test(text)) return null;
  const degrees = Number(text);
  return Math.abs(degrees) <= limit ? degrees + 0 : null;
}
