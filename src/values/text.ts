/**
 * What makes a text impossible to store or to show, as the words of a fault; null for a good one. Tab and line ends are good.
 * PostgreSQL refuses NUL, JSON and UTF-8 cannot say half a character, and no other control character means anything in a field.
 */
export function badText(value: string): string | null {
  let worst: string | null = null;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit === 0) return 'must not contain a NUL character';
    if (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) worst ??= 'must not contain control characters';
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const next = value.charCodeAt(at + 1);
      if (unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) at++;
      else worst ??= 'must not contain half of a character (a lone surrogate)';
    }
  }
  return worst;
}
