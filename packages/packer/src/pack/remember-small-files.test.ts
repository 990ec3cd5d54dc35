import { parseEntryPath } from '@release-capsule/schema';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../source/source.ts';
import { rememberSmallFiles } from './remember-small-files.ts';

/** A file that counts how often its source is asked. */
function counted(size: number): { readonly file: SourceFile; readonly reads: () => number } {
  let reads = 0;
  const file: SourceFile = {
    path: parseEntryPath('a'),
    size,
    executable: false,
    async *content() {
      reads += 1;
      yield Buffer.alloc(size, 'a');
    },
  };
  return { file, reads: () => reads };
}

async function read(file: SourceFile | undefined, signal?: AbortSignal): Promise<number> {
  let size = 0;
  for await (const chunk of file?.content(signal) ?? []) size += chunk.byteLength;
  return size;
}

describe('rememberSmallFiles', () => {
  it('asks the source once for a small file, and each time for a large one', async () => {
    const [small, large] = [counted(1000), counted(1_000_000)];
    const files = rememberSmallFiles([small.file, large.file]);

    for (let pass = 0; pass < 3; pass += 1) {
      expect([await read(files[0]), await read(files[1])]).toEqual([1000, 1_000_000]);
    }

    expect([small.reads(), large.reads()]).toEqual([1, 3]);
  });

  it('remembers no more than its bound, however many small files there are', async () => {
    const many = Array.from({ length: 600 }, () => counted(64 * 1024));
    const files = rememberSmallFiles(many.map(({ file }) => file));

    for (const file of [...files, ...files]) await read(file);

    expect(many.filter(({ reads }) => reads() === 1)).toHaveLength(512);
  });

  it('hears an abort also where nothing is left to read', async () => {
    const files = rememberSmallFiles([counted(10).file]);
    await read(files[0]);

    await expect(read(files[0], AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });

  it('remembers nothing of a file that failed', async () => {
    let isBroken = true;
    const file: SourceFile = {
      ...counted(0).file,
      async *content() {
        yield Buffer.from('half');
        if (isBroken) throw new Error('broken');
      },
    };
    const [remembering] = rememberSmallFiles([file]);

    await expect(read(remembering)).rejects.toThrow('broken');
    isBroken = false;
    expect(await read(remembering)).toBe(4);
  });
});
