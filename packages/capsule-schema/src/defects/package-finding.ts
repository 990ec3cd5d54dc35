import { printableText } from '../quote.ts';

/** One thing for which a package is refused. */
export interface PackageFinding {
  /** The code that the error has where this is the only finding. */
  readonly code: string;
  /** The file, below the package's root. */
  readonly file: string;
  /** Where in the file: `resources[0]`, `stringData.password`; absent for the file as a whole. */
  readonly field?: string | undefined;
  /** The text of a reference, without credentials. */
  readonly reference?: string | undefined;
  /** The key of a Secret. Its value is never shown. */
  readonly key?: string | undefined;
  /** One word for programs. */
  readonly reason: string;
  /** What is wrong, and what to write instead, for people. */
  readonly detail: string;
  /** The exact text of an exception for this finding; absent where none can name it. */
  readonly exception?: string | undefined;
}

/**
 * Writes findings as lines for people, all of them and in full: each its own line, and a second one with its exception.
 * @param flags the option that takes a finding's exception, by its code.
 */
export function findingLines(findings: readonly PackageFinding[], flags: Readonly<Record<string, string>> = {}): readonly string[] {
  return findings.flatMap(({ code, file, field = '', detail, exception }) => {
    const place = field === '' ? file : `${file}, ${field}`;
    const line = `  ${printableText(place)}: ${printableText(detail)}`;
    if (exception === undefined) return [line];
    const flag = flags[code] === undefined ? '' : `${flags[code]} `;
    return [line, `    exception: ${flag}${shellQuoted(printableText(exception))}`];
  });
}

// In a shell, nothing has a meaning between single quotes but a single quote.
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
