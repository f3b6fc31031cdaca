/** What makes a spreadsheet take a text for a formula when it stands first. */
const formula = /^'*[=+\-@\t\r＝＋－＠]/u;

/** A text as a cell that no spreadsheet runs: an apostrophe goes before what looks like a formula. */
export const defused = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** The text that `defused` was given; any other text as it is. */
export const undefused = (cell: string): string => (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell);
