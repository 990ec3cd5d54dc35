import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import { trees } from '../testing/arbitraries.ts';
import { refusal } from '../testing/refusal.ts';
import { entriesOf, mtime, type ReadEntry, readTree, treeFile, writeTree } from '../testing/trees.ts';

const contents = ['#!/bin/sh\n', 'é: [1, 2]\n', ''];
const smallTree = [
  treeFile('a/run.sh', contents[0], true),
  treeFile('é/ü.yaml', contents[1]),
  treeFile(`long/${'n'.repeat(120)}`, contents[2]),
];

// What no header's checksum covers, so that the digest of the package has to: contents, and paths in PAX records.
const paxPaths = ['é/', 'é/ü.yaml', `long/${'n'.repeat(120)}`];
const unsummed = [...contents.filter((content) => content !== ''), ...paxPaths.map(inRecord)];

function inRecord(path: string): string {
  return ` path=${path}\n`;
}

/** Finds each byte of an archive that is a file's content or the path in a PAX record. */
function dataBytes(archive: Buffer): ReadonlySet<number> {
  const places = unsummed.map((text) => {
    const isRecord = text.startsWith(' path=');
    const start = archive.indexOf(text) + (isRecord ? ' path='.length : 0);
    return { start, length: Buffer.byteLength(text) - (isRecord ? ' path=\n'.length : 0) };
  });
  return new Set(places.flatMap(({ start, length }) => Array.from({ length }, (_, index) => start + index)));
}

/** Writes what was read from an archive again: a canonical archive has no other bytes. */
async function rewritten(entries: readonly ReadEntry[]): Promise<Buffer> {
  const files = entries.filter(({ kind }) => kind !== 'directory');
  const tree = files.map(({ path, kind, bytes }) => treeFile(path, Buffer.from(bytes, 'hex'), kind === 'executable'));
  return writeTree(tree);
}

function outcome(archive: Uint8Array): unknown {
  try {
    return readTree(archive);
  } catch (error) {
    return error;
  }
}

describe('ArchiveParser', () => {
  it('tells the same of an archive, however it arrives', async () => {
    const chunkings = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(trees, chunkings, async (tree, chunks) => {
        expect(readTree(await writeTree(tree), { chunks })).toEqual(entriesOf(tree));
      }),
    );
    expect(readTree(await writeTree(smallTree), { chunks: [1] })).toEqual(entriesOf(smallTree));
  });

  it('refuses each change of each byte that is neither content nor the path in a PAX record', async () => {
    const archive = await writeTree(smallTree);
    const data = dataBytes(archive);
    for (let offset = 0; offset < archive.byteLength; offset += 1) {
      if (data.has(offset)) continue;
      const original = archive.readUInt8(offset);
      for (const value of [original ^ 1, original ^ 0x80, original ^ 0xff, 0, 0x20, 0x30, 0x35, 0x37, 0x78]) {
        if (value === original) continue;
        archive.writeUInt8(value, offset);
        const error = outcome(archive);
        if (!(error instanceof SchemaError)) expect.fail(`byte ${offset} as ${value}: ${JSON.stringify(error)}`);
      }
      archive.writeUInt8(original, offset);
    }
    expect(readTree(archive)).toEqual(entriesOf(smallTree));
  });

  it('refuses each change of content or path, or hands it on for the digest of the package to catch', async () => {
    const archive = await writeTree(smallTree);
    const before = JSON.stringify(readTree(archive));
    let handedOn = 0;
    for (const offset of dataBytes(archive)) {
      for (const flip of [0x01, 0x20, 0x80]) {
        archive.writeUInt8(archive.readUInt8(offset) ^ flip, offset);
        const result = outcome(archive);
        archive.writeUInt8(archive.readUInt8(offset) ^ flip, offset);
        if (result instanceof SchemaError) continue;
        expect(JSON.stringify(result)).not.toBe(before);
        handedOn += 1;
      }
    }
    expect(handedOn).toBeGreaterThanOrEqual(3 * Buffer.byteLength(contents.join('')));
  });

  it('refuses a header whose change is covered up by a right checksum', async () => {
    const archive = await writeTree([treeFile('a', '')]);
    for (let offset = 0; offset < 512; offset += 1) {
      if (offset >= 148 && offset < 156) continue;
      for (const flip of [0x01, 0x10, 0x80]) {
        const forged = Buffer.from(archive);
        forged.writeUInt8(forged.readUInt8(offset) ^ flip, offset);
        restoreChecksum(forged);
        const error = outcome(forged);
        // Another name is another archive, as canonical as this one.
        if (offset === 0 && isEntries(error)) expect(error[0]?.path).not.toBe('a');
        else expect(error, `byte ${offset} flipped by ${flip}`).toBeInstanceOf(SchemaError);
      }
    }
  });

  it('refuses each truncation', async () => {
    const archive = await writeTree(smallTree);
    for (let length = 0; length < archive.byteLength; length += 1) {
      expect(outcome(archive.subarray(0, length))).toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
    }
  });

  it('refuses any byte behind the end, zero or not', async () => {
    const archive = await writeTree(smallTree);
    for (const tail of [Buffer.alloc(1), Buffer.alloc(512), Buffer.alloc(9216), Buffer.from('x'), archive]) {
      expect(outcome(Buffer.concat([archive, tail]))).toMatchObject({ code: 'ARCHIVE_TRAILING_BYTES' });
    }
  });

  it('refuses entries of another time', async () => {
    const archive = await writeTree(smallTree);
    expect(() => readTree(archive, { mtime: mtime + 1 })).toThrow(refusal('ARCHIVE_NOT_CANONICAL'));
  });

  it.each([
    ['one file', { maxFileBytes: 9 }],
    ['all files', { maxUnpackedBytes: 20 }],
    ['the number of entries', { maxEntries: 5 }],
  ])('refuses more than its limit on %s', async (_what, tighter) => {
    const archive = await writeTree(smallTree);
    const reading = (): unknown => readTree(archive, { limits: { ...defaultLimits, ...tighter } });
    expect(reading).toThrow(refusal('LIMIT_EXCEEDED'));
  });

  it('refuses a header that states more than the limit before it takes a byte of the file', async () => {
    const limits = { ...defaultLimits, maxFileBytes: 2048 };
    const archive = await writeTree([treeFile('a', 'x'.repeat(2049))]);
    expect(() => readTree(archive.subarray(0, 512), { limits })).toThrow(refusal('LIMIT_EXCEEDED'));
  });

  it('gives entries or a typed error for any blocks', () => {
    const block = fc.oneof(fc.uint8Array({ minLength: 512, maxLength: 512 }), fc.constant(new Uint8Array(512)));
    const bytes = fc.array(block, { maxLength: 6 });
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 30 }), (blocks, tail) => {
        const result = outcome(Buffer.concat([...blocks, tail]));
        if (!isEntries(result)) expect(result).toBeInstanceOf(SchemaError);
      }),
    );
  });

  it('takes no splice of an archive but one that is canonical itself', async () => {
    const archive = await writeTree(smallTree);
    const blocks = archive.byteLength / 512;
    const cut = fc.tuple(fc.integer({ min: 0, max: blocks }), fc.integer({ min: 0, max: blocks }));
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async (cuts) => {
        const spliced = Buffer.concat(cuts.map(([from, to]) => archive.subarray(from * 512, to * 512)));
        const result = outcome(spliced);
        if (isEntries(result)) expect((await rewritten(result)).equals(spliced)).toBe(true);
        else expect(result).toBeInstanceOf(SchemaError);
      }),
      { numRuns: 500 },
    );
  });
});

function isEntries(result: unknown): result is readonly ReadEntry[] {
  return Array.isArray(result);
}

function restoreChecksum(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
