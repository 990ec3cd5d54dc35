import { SchemaError } from '../errors.ts';
import { canonicalJson } from '../json/canonical-json.ts';
import { decodeUtf8 } from '../utf8.ts';
import type { GitObjectFormat } from './git-object.ts';

/** The one version of the source proof that this library reads and writes. */
export const sourceProofVersion = 'release-capsule/source-proof/v1';

/** Git objects that prove where a package's files are from. Raw bodies, without git's header. */
export interface SourceProof {
  readonly objectFormat: GitObjectFormat;
  readonly commit: Uint8Array;
  /** The trees in the order in which a walk first needs them, each once. */
  readonly trees: readonly Uint8Array[];
}

/** Bound of `metadata/source-proof.json`, in bytes: the trees of a directory with 200,000 files. */
export const maxSourceProofBytes: number = 16 * 1024 * 1024;

const maxTrees = 50_000; // more directories than a capsule may hold entries

/**
 * Parses `metadata/source-proof.json`. What comes back is only well formed: {@link checkSourceProof} judges it.
 * @throws {SchemaError} `SOURCE_PROOF_INVALID` where the bytes are not the canonical form of a source proof,
 * `LIMIT_EXCEEDED`.
 */
export function parseSourceProof(bytes: Uint8Array): SourceProof {
  if (bytes.length > maxSourceProofBytes) throw tooLarge(bytes.length);
  const proof = readProof(parseJson(bytes));
  // A second spelling of any part (white space, a duplicate key, slack bits of base64) ends here.
  if (!Buffer.from(formatSourceProof(proof)).equals(bytes)) throw invalid('it is not in its canonical form');
  return proof;
}

/**
 * Writes a source proof as RFC 8785 canonical JSON.
 * @throws {SchemaError} `LIMIT_EXCEEDED` where the file would be larger than {@link maxSourceProofBytes}.
 */
export function formatSourceProof(proof: SourceProof): Uint8Array {
  if (proof.trees.length > maxTrees) throw tooManyTrees(proof.trees.length);
  const bytes = canonicalJson({
    schemaVersion: sourceProofVersion,
    objectFormat: proof.objectFormat,
    commit: toBase64(proof.commit),
    trees: proof.trees.map(toBase64),
  });
  if (bytes.length > maxSourceProofBytes) throw tooLarge(bytes.length);
  return bytes;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
}

const keys = ['commit', 'objectFormat', 'schemaVersion', 'trees'];

function readProof(value: unknown): SourceProof {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('it is not a JSON object');
  const found = Object.keys(value).sort();
  if (found.join() !== keys.join()) throw invalid(`its keys must be ${keys.join(', ')}`);
  const { schemaVersion, objectFormat, commit, trees } = value as Record<string, unknown>;
  if (schemaVersion !== sourceProofVersion) throw invalid(`its schemaVersion must be "${sourceProofVersion}"`);
  if (objectFormat !== 'sha1' && objectFormat !== 'sha256') throw invalid('its objectFormat must be sha1 or sha256');
  if (!Array.isArray(trees)) throw invalid('its trees must be a list');
  if (trees.length > maxTrees) throw tooManyTrees(trees.length);
  return { objectFormat, commit: fromBase64(commit), trees: trees.map(fromBase64) };
}

function fromBase64(value: unknown): Uint8Array {
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'));
  throw invalid('its objects must be base64 texts');
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function tooLarge(size: number): SchemaError {
  return overLimit(`a source proof is ${size} bytes, over the limit of ${maxSourceProofBytes}`);
}

function tooManyTrees(count: number): SchemaError {
  return overLimit(`a source proof holds ${count} trees, over the limit of ${maxTrees}`);
}

function overLimit(message: string): SchemaError {
  return new SchemaError('LIMIT_EXCEEDED', message, {
    hint: 'Pack a smaller directory, or pack without a proof (--no-source-proof).',
  });
}

function invalid(what: string, cause?: unknown): SchemaError {
  return new SchemaError('SOURCE_PROOF_INVALID', `the source proof cannot be read: ${what}`, { cause });
}
