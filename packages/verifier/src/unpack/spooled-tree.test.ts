import { tmpdir } from 'node:os';
import type { ArchiveEntry } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpooledTree } from './spooled-tree.ts';

const fileEntry = (path: string, size: number): ArchiveEntry => ({ path, kind: 'file', executable: false, size });

/** Puts a file in, cut into chunks of one size. */
function put(tree: SpooledTree, path: string, content: Uint8Array, chunkBytes: number): void {
  const entry = fileEntry(path, content.byteLength);
  tree.beginEntry(entry);
  for (let at = 0; at < content.byteLength; at += chunkBytes) tree.fileData(content.subarray(at, at + chunkBytes));
  tree.endEntry();
}

describe('SpooledTree', () => {
  it('gives back every file, however it was cut and in whatever order it is asked for', async () => {
    const file = fc.record({ size: fc.integer({ min: 0, max: 600_000 }), seed: fc.stringMatching(/^[a-z0-9]{1,9}$/) });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1000, max: 300_000 }), async (files, chunkBytes) => {
        await using tree = await SpooledTree.open(tmpdir());
        const contents = files.map(({ size, seed }) => Buffer.alloc(size, seed));
        for (const [index, content] of contents.entries()) put(tree, `f${index}`, content, chunkBytes);

        for (const [index, content] of [...contents.entries()].toReversed()) {
          expect(content.equals(tree.readFile(`f${index}`, 1e9) ?? Buffer.from('missing'))).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('lists directories and files in the order they came', async () => {
    await using tree = await SpooledTree.open(tmpdir());
    tree.beginEntry({ path: 'a/', kind: 'directory', executable: false, size: 0 });
    put(tree, 'a/b', Buffer.from('text'), 2);
    put(tree, 'c', Buffer.alloc(0), 1);

    expect(tree.entries.map(({ path, offset }) => [path, offset])).toEqual([['a/', 0], ['a/b', 0], ['c', 4]]);
  });

  it('knows no file that is a directory, that is not there, or that is too large', async () => {
    await using tree = await SpooledTree.open(tmpdir());
    tree.beginEntry({ path: 'a/', kind: 'directory', executable: false, size: 0 });
    put(tree, 'a/b', Buffer.from('text'), 2);

    expect([tree.readFile('a/', 9), tree.readFile('a/c', 9), tree.readFile('a/b', 3)]).toEqual([undefined, undefined, undefined]);
  });

  it('says where no temporary file can be made', async () => {
    await expect(SpooledTree.open('/nonexistent/directory')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });
});
