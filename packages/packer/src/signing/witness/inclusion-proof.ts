import { createHash } from 'node:crypto';
import { rejected } from '../service/json-answer.ts';

/** A log's proof that it holds an entry. */
export interface InclusionProof {
  readonly logIndex: number;
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  readonly hashes: readonly Uint8Array[];
  /** The signed note that states size and root. */
  readonly checkpoint: string;
}

const maxHashes = 63; // a tree of 2^63 leaves

/**
 * Checks that a proof leads from the entry's bytes to the root that the checkpoint states. That the log signed the
 * checkpoint is for the trusted root to say.
 * Source: RFC 9162, section 2.1.3.2; C2SP tlog-checkpoint, "Note text".
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function checkInclusion(entry: Uint8Array, proof: InclusionProof): void {
  const { logIndex, treeSize, rootHash, hashes, checkpoint } = proof;
  if (logIndex >= treeSize || hashes.length > maxHashes) throw rejected('the inclusion proof of the log leads outside its tree');
  const root = rootFrom(hashLeaf(entry), proof);
  if (root === undefined || !root.equals(Buffer.from(rootHash))) {
    throw rejected('the inclusion proof of the log does not lead from the entry to its root');
  }
  const [, size, stated] = checkpoint.split('\n');
  if (size !== String(treeSize) || stated !== Buffer.from(rootHash).toString('base64')) {
    throw rejected('the checkpoint of the log states another tree than the inclusion proof');
  }
}

function rootFrom(leaf: Buffer, { logIndex, treeSize, hashes }: InclusionProof): Buffer | undefined {
  // Tree sizes pass 2^32: bit operations on numbers would cut them.
  let node = BigInt(logIndex);
  let last = BigInt(treeSize) - 1n;
  let hash = leaf;
  for (const sibling of hashes) {
    if (last === 0n) return undefined;
    if (node % 2n === 1n || node === last) {
      hash = hashChildren(sibling, hash);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node / 2n, last / 2n];
    } else {
      hash = hashChildren(hash, sibling);
    }
    [node, last] = [node / 2n, last / 2n];
  }
  return last === 0n ? hash : undefined;
}

function hashLeaf(entry: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(entry).digest();
}

function hashChildren(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}
