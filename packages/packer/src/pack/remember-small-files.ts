import type { SourceFile } from '../source/source.ts';

const maxRememberedFileBytes = 64 * 1024; // nearly every manifest
const maxRememberedBytes = 32 * 1024 * 1024; // memory must not grow with the package

/**
 * Keeps the content of small files once it has been read whole: packing looks at each file several times, and asking
 * the source again costs more than the bytes. What a source hands out has been checked, so it stays what it was.
 */
export function rememberSmallFiles(files: readonly SourceFile[]): readonly SourceFile[] {
  let left = maxRememberedBytes;
  return files.map((file) => {
    if (file.size > maxRememberedFileBytes || file.size > left) return file;
    left -= file.size;
    return remembering(file);
  });
}

function remembering(file: SourceFile): SourceFile {
  let remembered: Uint8Array | undefined;
  return {
    ...file,
    async *content(signal) {
      if (remembered === undefined) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of file.content(signal)) chunks.push(chunk);
        remembered = Buffer.concat(chunks);
      }
      signal?.throwIfAborted();
      yield remembered;
    },
  };
}
