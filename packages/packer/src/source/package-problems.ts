import { quote, SchemaError } from '@release-capsule/schema';
import { PackError, type PackErrorCode } from '../errors.ts';

/** Why a file cannot be packed. */
export type ProblemCode = Extract<
  PackErrorCode,
  'ENTRY_UNSUPPORTED' | 'LINK_UNRESOLVED' | 'LFS_POINTER' | 'FILE_TOO_LARGE'
> | 'PATH_INVALID';

const hints: Readonly<Record<ProblemCode, string>> = {
  PATH_INVALID: 'Rename the file in Git, or leave it out with --exclude.',
  ENTRY_UNSUPPORTED: 'Leave it out with --exclude.',
  LINK_UNRESOLVED: 'Point the link at a file or directory of the package by a relative path, or leave it out with --exclude.',
  LFS_POINTER: 'Git LFS keeps the bytes elsewhere, so no commit can prove them: commit the file itself, or exclude it.',
  FILE_TOO_LARGE: 'Leave it out with --exclude, or raise the limit.',
};

/** What to do about a symbolic link. */
export const linkHint = 'Pack what a link points to with --dereference, or leave the link out with --exclude.';

const maxShown = 10; // one message that fits a screen

/** Gathers what is wrong with a package, so that one run tells it all. */
export class PackageProblems {
  readonly #found: { readonly code: ProblemCode; readonly text: string; readonly hint: string }[] = [];

  /** Notes that the file at `path` cannot be packed; `hint` replaces the usual advice for the code. */
  add(code: ProblemCode, path: string, why: string, hint: string = hints[code]): void {
    this.#found.push({ code, text: `${quote(path)}: ${why}`, hint });
  }

  /**
   * Ends packing where anything was noted; the code is the first problem's.
   * @throws {PackError} `ENTRY_UNSUPPORTED`, `LINK_UNRESOLVED`, `LFS_POINTER`, `FILE_TOO_LARGE`.
   * @throws {SchemaError} `PATH_INVALID`.
   */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const shown = this.#found.slice(0, maxShown).map(({ text }) => `\n  ${text}`);
    const more = this.#found.length > maxShown ? `\n  and ${this.#found.length - maxShown} more` : '';
    const message = `the package cannot be packed:${shown.join('')}${more}`;
    const hint = [...new Set(this.#found.map(({ hint: advice }) => advice))].join(' ');
    if (first.code === 'PATH_INVALID') throw new SchemaError(first.code, message, { hint });
    throw new PackError(first.code, message, { hint });
  }
}
