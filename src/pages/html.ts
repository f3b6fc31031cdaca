/** Text that is HTML already: made by `html` alone. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | null | undefined | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const shown = (part: Part): string => {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return part.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(shown).join('');
};

/** HTML in which every value stands as text; what is HTML itself stays so, a list is joined, nothing is left out. */
export function html(words: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: words.map((word, at) => word + shown(parts[at])).join('') };
}

/** Data for a page's script: a block that no browser executes. */
export function dataBlock(id: string, data: unknown): Html {
  const text = JSON.stringify(data).replaceAll('<', '\\u003c');
  return { html: `<script type="application/json" id="${id}">${text}</script>` };
}

/** A sentence whose words between backticks are code. */
export function prose(text: string): Html {
  return html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
