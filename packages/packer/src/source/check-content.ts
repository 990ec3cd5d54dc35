import type { PackageProblems } from './package-problems.ts';
import { readFile } from './read-file.ts';

const lfsPrefix = 'version https://git-lfs.github.com/spec/v1';
// Git LFS, docs/spec.md, "The Pointer": a pointer file is shorter than 1,024 bytes.
const maxPointerBytes = 1024;

/** A file whose size is known, and a way to read it. */
export interface CheckableFile {
  readonly path: string;
  readonly size: number;
  content(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Notes the files that are over the limit, and the Git LFS pointers, which stand for bytes that are not there. */
export async function checkContent(
  files: readonly CheckableFile[],
  problems: PackageProblems,
  { maxFileBytes, signal }: { readonly maxFileBytes: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  for (const file of files) {
    const { path, size } = file;
    if (size > maxFileBytes) {
      problems.add('FILE_TOO_LARGE', path, `it has ${size} bytes, over the limit of ${maxFileBytes}`);
    } else if (size >= lfsPrefix.length && size <= maxPointerBytes && (await isPointer(file, signal))) {
      problems.add('LFS_POINTER', path, 'it is a Git LFS pointer, not the file itself');
    }
  }
}

async function isPointer(file: CheckableFile, signal?: AbortSignal): Promise<boolean> {
  return (await readFile(file, signal)).toString('latin1').startsWith(lfsPrefix);
}
