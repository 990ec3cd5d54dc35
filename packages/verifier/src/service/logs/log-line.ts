/** What a line of a log can say. */
export type LogValue = string | number | boolean | readonly string[] | undefined;

/** A line of a log, by the names of its fields. */
export type LogEntry = Readonly<Record<string, LogValue>>;

const maxTextCharacters = 2000; // as much as an answer gives for its reason
const maxItemCharacters = 512;
const maxItems = 32;

/**
 * Formats one line of JSON: plain ASCII, so that nothing a caller has written can end the line, or be obeyed by the
 * terminal that shows it; texts are cut.
 */
export function formatLine(entry: LogEntry): string {
  const bounded = Object.entries(entry).map(([key, value]) => [key, bound(value)]);
  const json = JSON.stringify(Object.fromEntries(bounded));
  return `${json.replace(/[\u007f-\uffff]/g, escape)}\n`;
}

function bound(value: LogValue): LogValue {
  if (typeof value === 'string') return cut(value, maxTextCharacters);
  return Array.isArray(value) ? value.slice(0, maxItems).map((item) => cut(String(item), maxItemCharacters)) : value;
}

function cut(text: string, maxCharacters: number): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
