import { type PackageFinding, printableText, quoteWhole, SchemaError } from '@release-capsule/schema';
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

/** Gathers what is wrong with a package, so that one run tells it all. */
export class PackageProblems {
  readonly #found: { readonly finding: PackageFinding & { readonly code: ProblemCode }; readonly hint: string }[] = [];

  /** Notes that the file at `path` cannot be packed; `hint` replaces the usual advice for the code. */
  add(code: ProblemCode, path: string, why: string, hint: string = hints[code]): void {
    this.#found.push({ finding: { code, file: path, reason: reasons[code], detail: why }, hint });
  }

  /**
   * Ends packing where anything was noted; the code is the first problem's.
   * @throws {PackError} `ENTRY_UNSUPPORTED`, `LINK_UNRESOLVED`, `LFS_POINTER`, `FILE_TOO_LARGE`.
   * @throws {SchemaError} `PATH_INVALID`.
   */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const findings = this.#found.map(({ finding }) => finding);
    const told = findings.map(({ file, detail }) => `  ${quoteWhole(file)}: ${printableText(detail)}`);
    const lines = ['the package cannot be packed:', ...told];
    const hint = [...new Set(this.#found.map(({ hint: advice }) => advice))].join(' ');
    const { code } = first.finding;
    if (code === 'PATH_INVALID') throw new SchemaError(code, lines, { hint, findings });
    throw new PackError(code, lines, { hint, findings });
  }
}

const reasons: Readonly<Record<ProblemCode, string>> = {
  PATH_INVALID: 'path',
  ENTRY_UNSUPPORTED: 'entry',
  LINK_UNRESOLVED: 'link',
  LFS_POINTER: 'lfs',
  FILE_TOO_LARGE: 'size',
};
