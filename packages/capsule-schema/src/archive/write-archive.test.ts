import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../limits.ts';
import { trees } from '../testing/arbitraries.ts';
import { refusal } from '../testing/refusal.ts';
import { archiveFile, entriesOf, readTree, treeFile, writeTree } from '../testing/trees.ts';
import { checkTime, writeArchive } from './write-archive.ts';

const limits = defaultLimits;

async function* singleBytes(): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < 1500; count += 1) yield Buffer.from('x');
}

describe('writeArchive', () => {
  it('writes what the parser reads back: every file, and exactly their directories', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        expect(readTree(await writeTree(tree))).toEqual(entriesOf(tree));
      }),
    );
  });

  it('writes the same bytes for any order of the files', async () => {
    await fc.assert(
      fc.asyncProperty(
        trees.chain((tree) => fc.tuple(fc.constant(tree), fc.shuffledSubarray([...tree], { minLength: tree.length }))),
        async ([tree, shuffled]) => {
          expect((await writeTree(shuffled)).equals(await writeTree(tree))).toBe(true);
        },
      ),
    );
  });

  it('writes the same bytes however the content comes in chunks', async () => {
    const whole = archiveFile(treeFile('a', 'x'.repeat(1500)));
    const pieces = { ...whole, content: singleBytes };
    const [one, other] = await Promise.all(
      [whole, pieces].map(async (file) => Buffer.concat(await Array.fromAsync(writeArchive([file], { mtime: 1 })))),
    );
    expect(one).toEqual(other);
  });

  it('sorts by the bytes of the path, a directory with its slash', async () => {
    const tree = ['a/b', 'a-b', 'a.b', 'a0', 'B', '\uffee', '\u{10348}', 'é', 'a/a/a'].map((path) => treeFile(path));
    const paths = readTree(await writeTree(tree)).map(({ path }) => path);
    expect(paths).toEqual(['B', 'a-b', 'a.b', 'a/', 'a/a/', 'a/a/a', 'a/b', 'a0', 'é', '\uffee', '\u{10348}']);
  });

  it('orders files as `LC_ALL=C sort` does', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const files = readTree(await writeTree(tree)).filter(({ kind }) => kind !== 'directory');
        const input = tree.map(({ path }) => `${path}\0`).join('');
        const sorted = execFileSync('sort', ['-z'], { input, env: { LC_ALL: 'C' } }).toString();
        expect(files.map(({ path }) => `${path}\0`).join('')).toBe(sorted);
      }),
      { numRuns: 25 },
    );
  });

  it('ends in exactly two zero blocks, with or without files', async () => {
    expect(await writeTree([])).toEqual(Buffer.alloc(1024));
    const archive = await writeTree([treeFile('a', '')]);
    expect(archive.byteLength).toBe(512 + 1024);
    expect(archive.subarray(512)).toEqual(Buffer.alloc(1024));
  });

  it.each([
    ['fewer', 2],
    ['more', 4],
  ])('refuses a file with %s bytes than it states', async (_how, size) => {
    const file = { ...archiveFile(treeFile('a', 'abc')), size };
    const writing = Array.fromAsync(writeArchive([file], { mtime: 0 }));
    await expect(writing).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
  });

  it('refuses two paths that collide', async () => {
    await expect(writeTree([treeFile('a'), treeFile('A')])).rejects.toMatchObject({ code: 'PATH_COLLISION' });
    await expect(writeTree([treeFile('a'), treeFile('a')])).rejects.toMatchObject({ code: 'PATH_COLLISION' });
    await expect(writeTree([treeFile('a/b'), treeFile('a')])).rejects.toMatchObject({ code: 'PATH_COLLISION' });
  });

  it.each([
    ['a file', { maxFileBytes: 2 }],
    ['all files', { maxUnpackedBytes: 5 }],
    ['the number of entries, directories counted', { maxEntries: 2 }],
  ])('refuses to write what its reader would refuse: limit on %s', async (_what, tighter) => {
    const tree = [treeFile('d/a', 'abc'), treeFile('d/b', 'abc')];
    const writing = writeTree(tree, { limits: { ...limits, ...tighter } });
    await expect(writing).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('writes a tree that just meets its limits, and its reader takes it', async () => {
    const tree = [treeFile('d/a', 'abc'), treeFile('d/b', 'abc')];
    const tight = { ...limits, maxFileBytes: 3, maxUnpackedBytes: 6, maxEntries: 3 };
    expect(readTree(await writeTree(tree, { limits: tight }), { limits: tight })).toHaveLength(3);
  });
});

describe('checkTime', () => {
  it.each([-1, 0.5, 2 ** 33, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', async (seconds) => {
    expect(() => checkTime(seconds)).toThrow(refusal('TIME_INVALID'));
    await expect(writeTree([], { mtime: seconds })).rejects.toMatchObject({ code: 'TIME_INVALID' });
  });

  it.each([0, 1_795_167_211, 2 ** 33 - 1])('takes %d, and an archive holds it', async (seconds) => {
    const archive = await writeTree([treeFile('a')], { mtime: seconds });
    expect(readTree(archive, { mtime: seconds })).toHaveLength(1);
  });
});
