/** A colour as `#RRGGBB` in upper case, or null when it is none. */
export function parseColor(text: string): string | null {
  const color = text.trim().toUpperCase();
  return /^#[0-9A-F]{6}$/.test(color) ? color : null;
}
