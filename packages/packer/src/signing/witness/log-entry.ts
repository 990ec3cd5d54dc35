import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { PackError } from '../../errors.ts';
import { countOf, type JsonObject, listOf, objectOf, rejected, textOf } from '../service/json-answer.ts';
import type { InclusionProof } from './inclusion-proof.ts';

/** The parts of an entry that every log has. */
export interface LogEntryParts {
  readonly kind: string;
  readonly version: string;
  readonly body: Uint8Array;
  readonly proof: InclusionProof;
  readonly logId: Uint8Array;
  readonly logIndex: number;
  /** In seconds; Rekor v1 alone states and signs it. */
  readonly integratedTime?: number;
  readonly signedEntryTimestamp?: Uint8Array;
}

/** Reads bytes out of one text: Rekor v1 writes hashes in hexadecimal, Rekor v2 in base64. */
export type ReadBytes = (value: unknown, what: string) => Buffer;

/** Writes base64. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/**
 * Reads base64, in its one spelling.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function base64Of(value: unknown, what: string): Buffer {
  const text = textOf(value, what);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw rejected(`${what} is not base64`);
  return bytes;
}

/**
 * Reads lower-case hexadecimal digits.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function hexOf(value: unknown, what: string): Buffer {
  const text = textOf(value, what);
  const bytes = Buffer.from(text, 'hex');
  if (bytes.toString('hex') !== text) throw rejected(`${what} is not hexadecimal`);
  return bytes;
}

/**
 * Reads an inclusion proof, as either version of Rekor writes it.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function parseProof(proof: JsonObject, readBytes: ReadBytes): InclusionProof {
  const { checkpoint, hashes = [] } = proof;
  const note = typeof checkpoint === 'string' ? checkpoint : objectOf(checkpoint, 'the checkpoint of the log')['envelope'];
  return {
    logIndex: countOf(proof['logIndex'] ?? 0, 'the index in the inclusion proof'), // protobuf's JSON leaves a zero out
    treeSize: countOf(proof['treeSize'], 'the size in the inclusion proof'),
    rootHash: readBytes(proof['rootHash'], 'the root in the inclusion proof'),
    hashes: listOf(hashes, 'the hashes of the inclusion proof').map((hash) => readBytes(hash, 'a hash of the inclusion proof')),
    checkpoint: textOf(note, 'the checkpoint of the log'),
  };
}

/** Puts an entry into the form that a bundle holds. */
export function toLogEntry(parts: LogEntryParts): TransparencyLogEntry {
  const { kind, version, body, proof, logId, logIndex, integratedTime = 0, signedEntryTimestamp } = parts;
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logId) },
    kindVersion: { kind, version },
    integratedTime: String(integratedTime),
    inclusionPromise: signedEntryTimestamp === undefined ? undefined : { signedEntryTimestamp: Buffer.from(signedEntryTimestamp) },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      treeSize: String(proof.treeSize),
      rootHash: Buffer.from(proof.rootHash),
      hashes: proof.hashes.map((hash) => Buffer.from(hash)),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: Buffer.from(body),
  };
}

/** Makes the error of a log that answers with another's entry, or one of other bytes: it would vouch for nothing. */
export function otherBytes(): PackError {
  return rejected('the transparency log answered with an entry for other bytes than those that were signed');
}
