import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkInclusion } from './inclusion-proof.ts';

const sha256 = (prefix: number, ...parts: readonly Uint8Array[]) => createHash('sha256').update(Uint8Array.of(prefix)).update(Buffer.concat(parts)).digest();
const entries = Array.from({ length: 13 }, (_, index) => Buffer.from(`entry ${index}`));

/** The tree as RFC 9162, section 2.1.1, defines it. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length <= 1) return sha256(0, leaves[0] ?? Buffer.alloc(0));
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256(1, rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function pathOf(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  if (index < half) return [...pathOf(index, leaves.slice(0, half)), rootOf(leaves.slice(half))];
  return [...pathOf(index - half, leaves.slice(half)), rootOf(leaves.slice(0, half))];
}

function proofOf(logIndex: number, treeSize: number) {
  const leaves = entries.slice(0, treeSize);
  const rootHash = rootOf(leaves);
  return { logIndex, treeSize, rootHash, hashes: pathOf(logIndex, leaves), checkpoint: `log\n${treeSize}\n${rootHash.toString('base64')}\n\n` };
}

const every = entries.flatMap((_, size) => Array.from({ length: size + 1 }, (__, index) => [index, size + 1] as const));

describe('an inclusion proof', () => {
  test.each(every)('of entry %d in a tree of %d holds for it and for no other', (index, size) => {
    const proof = proofOf(index, size);

    expect(() => checkInclusion(entries[index] ?? Buffer.alloc(0), proof)).not.toThrow();
    expect(() => checkInclusion(Buffer.from('other'), proof)).toThrow('does not lead');
  });

  test.each([
    ['a hash too many', { hashes: [...proofOf(3, 8).hashes, Buffer.alloc(32)] }],
    ['a hash too few', { hashes: proofOf(3, 8).hashes.slice(1) }],
    ['another index', { logIndex: 2 }],
    ['an index outside the tree', { logIndex: 8 }],
    ['no end of hashes', { hashes: Array.from({ length: 64 }, () => Buffer.alloc(32)) }],
    ['a checkpoint of another size', { checkpoint: proofOf(3, 8).checkpoint.replace('\n8\n', '\n9\n') }],
    ['a checkpoint of another root', { checkpoint: proofOf(3, 9).checkpoint.replace('\n9\n', '\n8\n') }],
    ['no checkpoint', { checkpoint: '' }],
  ])('is refused with %s', (_what, change) => {
    expect(() => checkInclusion(entries[3] ?? Buffer.alloc(0), { ...proofOf(3, 8), ...change })).toThrow(expect.objectContaining({ code: 'SIGNATURE_REJECTED' }));
  });
});
