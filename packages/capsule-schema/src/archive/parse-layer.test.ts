import { describe, expect, it } from 'vitest';
import { defaultLimits, ratioFreeBytes } from '../limits.ts';
import { mtime, treeFile, type TreeFile, writeTree } from '../testing/trees.ts';
import { gzipCanonical } from './gzip-writer.ts';
import { parseLayer } from './parse-layer.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function compress(bytes: Uint8Array): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(gzipCanonical(once(bytes))));
}

async function pack(tree: readonly TreeFile[]): Promise<Buffer> {
  return compress(await writeTree(tree));
}

async function read(layer: Uint8Array, limits = defaultLimits): Promise<readonly string[]> {
  const paths: string[] = [];
  const handler = {
    beginEntry: ({ path }: { path: string }): void => void paths.push(path),
    fileData: (): void => undefined,
    endEntry: (): void => undefined,
  };
  await parseLayer(once(layer), handler, { mtime, limits, compressedBytes: layer.byteLength });
  return paths;
}

describe('parseLayer', () => {
  it('reads the archive in a layer', async () => {
    expect(await read(await pack([treeFile('a/b'), treeFile('c')]))).toEqual(['a/', 'a/b', 'c']);
  });

  it('refuses an archive that goes on after its end, and one that lacks it', async () => {
    const archive = await writeTree([treeFile('a')]);
    const longer = await compress(Buffer.concat([archive, Buffer.alloc(512)]));
    const shorter = await compress(archive.subarray(0, -512));
    await expect(read(longer)).rejects.toMatchObject({ code: 'ARCHIVE_TRAILING_BYTES' });
    await expect(read(shorter)).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
  });

  it('takes any ratio up to the free bytes, and refuses a bomb beyond them', async () => {
    const room = ratioFreeBytes - 512 - 1024;
    expect(await read(await pack([treeFile('a', Buffer.alloc(room))]))).toEqual(['a']);
    const bomb = await pack([treeFile('a', Buffer.alloc(room + 1))]);
    await expect(read(bomb)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('takes as much as its ratio allows', async () => {
    const layer = await pack([treeFile('a', Buffer.alloc(2 * ratioFreeBytes))]);
    const needed = Math.ceil((2 * ratioFreeBytes + 512 + 1024) / layer.byteLength);
    expect(await read(layer, { ...defaultLimits, maxRatio: needed })).toEqual(['a']);
    const reading = read(layer, { ...defaultLimits, maxRatio: needed - 1 });
    await expect(reading).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('refuses what unpacks to more than its limits, whatever the ratio', async () => {
    const tight = { ...defaultLimits, maxUnpackedBytes: 1000, maxEntries: 1, maxRatio: 1e6 };
    const layer = await pack([treeFile('a', Buffer.alloc(10_000))]);
    await expect(read(layer, tight)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
