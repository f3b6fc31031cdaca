import { domainToASCII, domainToUnicode } from 'node:url';

/** The longest email address, in characters: Connect, chapter "search". */
export const longestEmail = 255;

/**
 * An email address without the blanks around it, or null when it is none: `name@host.domain`, any language's letters on both sides,
 * no quoted names, no comments, no addresses of machines. Looks at each character a fixed number of times.
 */
export function parseEmail(text: string): string | null {
  if (text.length > 2 * longestEmail) return null;
  const email = text.trim();
  return email.length <= longestEmail && split(email) ? email : null;
}

/** What two email addresses are compared by: lower case, the domain as the name servers know it. Of no email: lower case. */
export function emailKey(text: string): string {
  const email = text.trim();
  const parts = email.length <= longestEmail ? split(email) : null;
  return parts ? `${parts.name.toLowerCase()}@${parts.domain}` : email.toLowerCase();
}

/** The forms in which one address may stand: as it is written, and its domain in its own letters or the name servers'. */
export function emailForms(text: string): string[] {
  const email = text.trim();
  const parts = email.length <= longestEmail ? split(email) : null;
  const domains = parts ? [parts.domain, domainToUnicode(parts.domain)] : [];
  return [...new Set([email, ...domains.map((domain) => `${parts?.name}@${domain}`)])];
}

function split(email: string): { name: string; domain: string } | null {
  const at = email.lastIndexOf('@');
  const name = email.slice(0, Math.max(at, 0));
  const host = email.slice(at + 1);
  if (name.length > 64 || !name.split('.').every((part) => /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u.test(part)))
    return null;
  // Checked before as well: domainToASCII would decode percent signs and read `1.2` as a machine's address.
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(host)) return null;
  const domain = domainToASCII(host);
  const labels = domain.split('.');
  const isHost = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  const isNamed = labels.length > 1 && !/^\d+$/.test(labels.at(-1) ?? '');
  return isHost && isNamed && domain.length <= 253 ? { name, domain } : null;
}
