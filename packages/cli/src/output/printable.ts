// The sequences that our own styles are made of; whoever smuggles one in can colour a text, and nothing else.
const ownStyle = /^\u001B\[(?:1|2|22|31|32|33|36|39)m$/;
// Control, format and separator characters move the cursor, reverse the text or begin a line, and so can forge a verdict
// on a terminal or a workflow command in the log of a CI job. Blanks other than ours make a text look like a table's line.
const unprintable = /\u001B\[\d{1,2}m|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
// Holds none of them: nearly every line, with our own marks (✔ ✘ → –). Unicode's tables need not be read for it.
const plain = /^[\x20-\x7e\u2013\u2714\u2718\u2192]*$/;

/** Makes one line of text safe to print: what is not to be seen is written out as `\u{...}`. */
export function printable(line: string, { keepStyle }: { readonly keepStyle: boolean }): string {
  if (plain.test(line)) return line;
  return line.replace(unprintable, (found) => (keepStyle && ownStyle.test(found) ? found : writeOut(found)));
}

function writeOut(text: string): string {
  const [first = '', ...rest] = text;
  return `\\u{${(first.codePointAt(0) ?? 0).toString(16)}}${rest.join('')}`;
}
