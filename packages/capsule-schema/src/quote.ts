// Control, format, separator and unassigned characters hide, reorder or overwrite what a terminal shows.
const unprintable = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
// Holds none of them: nearly every text, for which Unicode's tables need not be read.
const printableAscii = /^[\x20-\x7e]*$/;
const maxShownCharacters = 200; // a message is read by people

/** Quotes a text from outside for a message: cut to 200 characters, with nothing in it that a terminal would obey. */
export function quote(text: string): string {
  const shown = text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}...` : text;
  const quoted = JSON.stringify(shown.toWellFormed());
  return printableAscii.test(quoted) ? quoted : quoted.replace(unprintable, escape);
}

/** Quotes a text from outside as `quote` does, whole: what a person has to write down again. */
export function quoteWhole(text: string): string {
  return printableText(JSON.stringify(text.toWellFormed()));
}

/** Writes a text from outside as one line of a message, whole, with nothing in it that a terminal would obey. */
export function printableText(text: string): string {
  return printableAscii.test(text) ? text : text.toWellFormed().replace(unprintable, escape);
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
