/** Writes a value as one line, also for readers that end lines at the separators of Unicode, as Node's own does. */
export function asLine(value: unknown): string {
  const escaped = JSON.stringify(value).replaceAll(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}
