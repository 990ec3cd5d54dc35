import { createHash, type KeyObject } from 'node:crypto';
import { type SignedEntity, toSignedEntity, type TrustMaterial, Verifier } from '@sigstore/verify';
import type { EvidenceThresholds } from '../../policy/policy.ts';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import type { SignedBundle } from '../bundle.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { refuseEntryKeys } from './entry-key.ts';
import { explainRefusal } from './explain-refusal.ts';
import { refuseRepeated } from './refuse-repeated.ts';
import { rememberEncoding } from './remember-encoding.ts';
import { trustMaterialOf } from './trust-material.ts';

/** What is proven about a signature beside who made it. */
export interface ProvenEvidence {
  readonly kind: 'evidence';
  /** The proven times of signing, the earliest first. */
  readonly signedAt: readonly Date[];
  /** Where the signature is logged: the log's address and the index in it. */
  readonly logged: readonly string[];
}

/** What evidence is judged by. */
export interface VerifyEvidenceOptions {
  readonly root: TrustedRoot;
  readonly thresholds: EvidenceThresholds;
  /** The public key that has verified the signature already, where the bundle is by key. */
  readonly verifiedKey?: KeyObject;
  /** The clock, in milliseconds since 1970: when the log must be in use where no time of signing is proven. */
  readonly nowMs: number;
}

const maxEntries = 8; // of each kind: there are two public logs, and each entry costs a signature check

/**
 * Verifies the certificate, log entries and timestamps of a bundle, and the signature by the certificate, through
 * @sigstore/verify. Whose certificate it is, the caller judges.
 * Source: Sigstore client specification v1.0, section 4.
 */
export function verifyEvidence(signed: SignedBundle, options: VerifyEvidenceOptions): ProvenEvidence | Refusal {
  const { bundle } = signed;
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (tlogEntries.length > maxEntries || timestamps.length > maxEntries) {
    return refuse('SIGNATURE_MALFORMED', `has more than ${maxEntries} log entries or timestamps`);
  }
  const { root, thresholds, verifiedKey, nowMs } = options;
  const material = trustMaterialOf(root);
  try {
    const entity = entityOf(signed);
    verifyEntity(entity, material, { thresholds, verifiedKey, signed: signed.signed });
    const signedAt = timesOf(entity);
    const times = signedAt.length === 0 ? [new Date(nowMs)] : signedAt;
    const refusal =
      refuseEntryKeys(entity, verifiedKey) ?? refuseRepeated(entity, thresholds) ?? refuseLogPeriods(entity, material, times);
    return refusal ?? { kind: 'evidence', signedAt, logged: placesOf(entity, material) };
  } catch (error) {
    // The library throws its own errors, and TypeErrors for bytes of another shape. Each is a refusal.
    return explainRefusal(error, { bundle, root });
  }
}

function entityOf({ bundle, payload, timestamped }: SignedBundle): SignedEntity {
  // The payload is what a message signature is over.
  const entity = withRememberedKey(toSignedEntity(bundle, Buffer.from(payload)));
  if (timestamped === undefined) return entity;
  // The library holds a timestamp against this field, and nothing else.
  return { ...entity, signature: { ...relayed(entity), signature: Buffer.from(timestamped) } };
}

function withRememberedKey(entity: SignedEntity): SignedEntity {
  const { key } = entity;
  return key.$case === 'certificate' ? { ...entity, key: { ...key, certificate: rememberEncoding(key.certificate) } } : entity;
}

interface VerifyEntityOptions {
  readonly thresholds: EvidenceThresholds;
  readonly verifiedKey: KeyObject | undefined;
  readonly signed: Uint8Array;
}

function verifyEntity(entity: SignedEntity, material: TrustMaterial, options: VerifyEntityOptions): void {
  const { thresholds, verifiedKey, signed } = options;
  const wanted = {
    tlogThreshold: thresholds.logEntries,
    timestampThreshold: thresholds.timestamps,
    ctlogThreshold: thresholds.scts,
  };
  if (verifiedKey === undefined) {
    // A bundle by key has nothing that could satisfy this: no key is ever found by its hint.
    new Verifier(material, wanted).verify(entity);
    return;
  }
  const publicKey = { publicKey: verifiedKey, validFor: () => true };
  new Verifier({ ...material, publicKey: () => publicKey }, wanted).verify({ ...entity, signature: verifiedSignature(entity, signed) });
}

/**
 * The signature as it is, already verified: the library would try the key's default hash alone, and take a log entry
 * for other bytes where it holds their SHA-384, as that for a P-384 key does.
 */
function verifiedSignature(entity: SignedEntity, signed: Uint8Array): SignedEntity['signature'] {
  const signature = relayed(entity);
  const compareSignedDigest = (digest: Buffer): boolean =>
    signature.compareSignedDigest(digest) || createHash('sha384').update(signed).digest().equals(digest);
  return { ...signature, compareSignedDigest, verifySignature: () => true };
}

/** The signature as an object whose methods are its own, so that one can be given in place of another. */
function relayed({ signature: content }: SignedEntity): SignedEntity['signature'] {
  return {
    signature: content.signature,
    compareSignature: (signature) => content.compareSignature(signature),
    compareDigest: (digest) => content.compareDigest(digest),
    compareSignedDigest: (digest) => content.compareSignedDigest(digest),
    verifySignature: (key) => content.verifySignature(key),
  };
}

/** A time in a log entry counts only with the log's promise, which has been verified by now. */
function timesOf({ timestamps }: SignedEntity): readonly Date[] {
  const times = timestamps.flatMap((timestamp) => {
    if (timestamp.$case === 'timestamp-authority') return [timestamp.timestamp.signingTime];
    const { inclusionPromise, integratedTime } = timestamp.tlogEntry;
    return inclusionPromise === undefined ? [] : [new Date(Number(integratedTime) * 1000)];
  });
  return times.sort((a, b) => a.getTime() - b.getTime());
}

// The library holds a log to its period where the log promises a time. An entry of Rekor v2 carries none: its log
// must have been in use when the timestamp was made, else now, or the key of a retired log could vouch for what is
// signed today.
function refuseLogPeriods({ tlogEntries }: SignedEntity, { tlogs }: TrustMaterial, times: readonly Date[]): Refusal | undefined {
  for (const entry of tlogEntries) {
    const log = logOf(entry, tlogs);
    const isInUse = times.every((time) => log !== undefined && log.validFor.start <= time && time <= log.validFor.end);
    if (!isInUse) return refuse('SIGNATURE_ROOT_OUTDATED', 'is logged by a log outside the period that the trusted root gives it');
  }
  return undefined;
}

function placesOf({ tlogEntries }: SignedEntity, { tlogs }: TrustMaterial): readonly string[] {
  return tlogEntries.map((entry) => `${logOf(entry, tlogs)?.baseURL ?? 'unknown log'}#${entry.logIndex}`);
}

function logOf({ logId }: SignedEntity['tlogEntries'][number], tlogs: TrustMaterial['tlogs']): TrustMaterial['tlogs'][number] | undefined {
  return tlogs.find(({ logID }) => logID.equals(logId.keyId));
}
