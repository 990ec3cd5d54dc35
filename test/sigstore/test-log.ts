import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A transparency log in memory, with a Merkle tree of its own. */
export interface TestLog {
  readonly host: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  readonly logId: Buffer;
  /** Appends an entry and proves that it is there. */
  append(body: Buffer): LoggedLeaf;
  /** Signs as the log. */
  sign(data: Buffer): Buffer;
}

/** An entry, and the proof of it. */
export interface LoggedLeaf {
  readonly logIndex: number;
  readonly treeSize: number;
  readonly rootHash: Buffer;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: string;
}

/** Makes a log that holds some entries of others already. */
export function makeTestLog(host: string, others = 5): TestLog {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const logId = createHash('sha256').update(der).digest();
  const leaves = Array.from({ length: others }, () => hashLeaf(randomBytes(32)));
  const signAsLog = (data: Buffer): Buffer => sign('sha256', data, privateKey);
  return {
    host,
    publicKey: der,
    logId,
    sign: signAsLog,
    append(body) {
      const logIndex = leaves.push(hashLeaf(body)) - 1;
      const rootHash = rootOf(leaves);
      const note = `${host}\n${leaves.length}\n${rootHash.toString('base64')}\n`;
      const signature = Buffer.concat([logId.subarray(0, 4), signAsLog(Buffer.from(note))]).toString('base64');
      const checkpoint = `${note}\n\u2014 ${host} ${signature}\n`;
      return { logIndex, treeSize: leaves.length, rootHash, hashes: pathOf(logIndex, leaves), checkpoint };
    },
  };
}

function hashLeaf(body: Buffer): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(body).digest();
}

/** RFC 9162, section 2.1.1, as it defines the tree: by halves. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first !== undefined && leaves.length === 1) return first;
  const half = halfOf(leaves.length);
  return createHash('sha256').update(Uint8Array.of(1)).update(rootOf(leaves.slice(0, half))).update(rootOf(leaves.slice(half))).digest();
}

/** RFC 9162, section 2.1.3.1. */
function pathOf(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const half = halfOf(leaves.length);
  if (index < half) return [...pathOf(index, leaves.slice(0, half)), rootOf(leaves.slice(half))];
  return [...pathOf(index - half, leaves.slice(half)), rootOf(leaves.slice(0, half))];
}

function halfOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
