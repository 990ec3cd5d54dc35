import { resolve } from 'node:path';
import { parseTimestamp, quote, SchemaError } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { maxPublicKeyBytes, parsePublicKey } from '../signature/public-key.ts';
import type { TrustedRoot } from '../trust/trusted-root.ts';
import { assertPattern } from './identity-pattern.ts';
import type { EvidenceThresholds, GitHubRule, IdentityRule, KeySigner, PolicySigner, SignerDates, TrustedIdentity } from './policy.ts';
import type { KeylessData, SignerData } from './policy-data.ts';
import { keyEvidence, readEvidence } from './read-evidence.ts';
import { signerId } from './signer-id.ts';

/** Where a policy's files are, and how they are read. */
export interface PolicyFiles {
  /** The directory of the policy's own file: its paths are relative to it. */
  readonly directory: string;
  /** Reads a whole file, and fails where it is larger than `maxBytes`. */
  readonly readFile: (path: string, maxBytes: number) => Promise<Uint8Array>;
  /** Gets the public instance's root; where this is absent, a policy that needs it is refused. */
  readonly readPublicGoodRoot?: () => Promise<TrustedRoot>;
}

/** What counts of a signer beside who it is. */
export interface SignerTerms extends SignerDates {
  readonly evidence: EvidenceThresholds;
}

/**
 * Reads the signers of a list, and their public keys with them. `place` names the list in errors.
 * @throws {VerifyError} `KEY_INVALID`, `POLICY_INVALID` where dates are none or one signer stands there twice.
 */
export async function readSigners(
  list: readonly SignerData[],
  place: string,
  files: PolicyFiles,
): Promise<readonly PolicySigner[]> {
  const signers: PolicySigner[] = [];
  for (const [index, data] of list.entries()) signers.push(await readSigner(data, `${place}[${index}]`, files));
  refuseRepetition(signers, place);
  return signers;
}

/**
 * Makes a signer of a PEM public key.
 * @throws {VerifyError} `KEY_INVALID`.
 */
export function keySigner(pem: string, label: string, terms: SignerTerms = { evidence: keyEvidence }): KeySigner {
  const { fingerprint, publicKeyPem } = parsePublicKey(pem, label);
  return { kind: 'key', label, fingerprint, publicKeyPem, ...terms };
}

/**
 * Makes a signer of what a certificate must say. `place` names it in errors.
 * @throws {VerifyError} `POLICY_INVALID` where the pattern is no regular expression.
 */
export function trustedIdentity(data: KeylessData, place: string, terms: SignerTerms): TrustedIdentity {
  const { issuer, github, gitlab } = data;
  return { kind: 'keyless', issuer, identity: identityRule(data, place), github: claimsOf(github ?? gitlab ?? {}), ...terms };
}

/** One rule has one spelling, whatever the order of its events: signers are told apart by it. */
function claimsOf({ trigger, ...exact }: GitHubRule): GitHubRule {
  const [first, ...others] = [...new Set([trigger ?? []].flat())].sort();
  if (first === undefined) return exact;
  return { ...exact, trigger: others.length === 0 ? first : [first, ...others] };
}

async function readSigner(data: SignerData, place: string, files: PolicyFiles): Promise<PolicySigner> {
  const terms = { ...readDates(data, place), evidence: readEvidence(data, place) };
  if (data.keyless !== undefined) return trustedIdentity(data.keyless, place, terms);
  const label = data.key ?? '';
  return keySigner(await readKey(label, place, files), label, terms);
}

function identityRule({ identity, identityPattern = '' }: KeylessData, place: string): IdentityRule {
  if (identity !== undefined) return { kind: 'exact', value: identity };
  assertPattern(identityPattern, `${place}.keyless.identityPattern`);
  return { kind: 'pattern', value: identityPattern };
}

/**
 * Reads the text of a public key. `place` names the entry of the policy in errors.
 * @throws {VerifyError} `KEY_INVALID`.
 */
export async function readKey(path: string, place: string, { directory, readFile }: PolicyFiles): Promise<string> {
  // cosign also takes gcpkms:// and the like: a path of that name would only be confusing.
  if (path.includes('://')) throw unreadable(path, place, 'keys in a key management service are not supported');
  try {
    return Buffer.from(await readFile(resolve(directory, path), maxPublicKeyBytes)).toString('utf8');
  } catch (cause) {
    throw unreadable(path, place, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

function unreadable(path: string, place: string, why: string, cause?: unknown): VerifyError {
  return new VerifyError('KEY_INVALID', `the public key ${quote(path)} of ${place} cannot be read: ${why}`, {
    hint: "Give the path of a PEM public key, relative to the policy's file.",
    cause,
  });
}

function readDates({ notBefore, notAfter }: SignerData, place: string): SignerDates {
  const notBeforeMs = readTime(notBefore, `${place}.notBefore`);
  const notAfterMs = readTime(notAfter, `${place}.notAfter`);
  if (notBeforeMs !== undefined && notAfterMs !== undefined && notAfterMs < notBeforeMs) {
    throw new VerifyError('POLICY_INVALID', `${place} ends before it begins: no signature could count`);
  }
  return { ...(notBeforeMs !== undefined && { notBeforeMs }), ...(notAfterMs !== undefined && { notAfterMs }) };
}

function readTime(text: string | undefined, place: string): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseTimestamp(text) * 1000;
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new VerifyError('POLICY_INVALID', `${place}: ${cause.message}`, { cause });
  }
}

// One key under two names must not satisfy a threshold of two.
function refuseRepetition(signers: readonly PolicySigner[], place: string): void {
  const seen = new Map<string, number>();
  for (const [index, signer] of signers.entries()) {
    const id = signerId(signer);
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      throw new VerifyError('POLICY_INVALID', `${place}[${index}] is the same signer as ${place}[${earlier}]`, {
        hint: 'Name each signer once: two files with one key are one signer.',
      });
    }
    seen.set(id, index);
  }
}
