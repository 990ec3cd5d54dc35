import { quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { parsePublicKey } from '../signature/public-key.ts';
import { matchesIdentity } from './identity-pattern.ts';
import type { Denial, PolicySigner } from './policy.ts';
import type { DenialData } from './policy-data.ts';
import { type PolicyFiles, readKey } from './read-signers.ts';

/** What the entries of a deny list are read with. */
export interface ReadDenialsOptions {
  /** Every signer of the policy: only their identities can be denied by name. */
  readonly signers: readonly PolicySigner[];
  readonly files: PolicyFiles;
}

const fingerprintPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads a deny list. A key is denied by its fingerprint, whatever path led to it, since an entry that fits no signer
 * would deny none, in silence.
 * @throws {VerifyError} `POLICY_INVALID` where an entry names a signer that cannot be told.
 */
export async function readDenials(list: readonly DenialData[], options: ReadDenialsOptions): Promise<readonly Denial[]> {
  const denials: Denial[] = [];
  for (const [index, data] of list.entries()) denials.push(...(await readDenial(data, `deny[${index}].signer`, options)));
  return denials;
}

async function readDenial(data: DenialData, place: string, options: ReadDenialsOptions): Promise<readonly Denial[]> {
  const { capsule, image, commit, signer = '', reason } = data;
  if (capsule !== undefined) return [{ what: 'capsule', value: capsule, reason }];
  if (image !== undefined) return [{ what: 'image', value: image, reason }];
  if (commit !== undefined) return [{ what: 'commit', value: commit, reason }];
  return (await readDenied(signer, place, options)).map((value) => ({ what: 'signer', value, reason }));
}

// A wide pattern matches the path of a key as well: then both are denied, since who wrote it may have meant either.
async function readDenied(value: string, place: string, { signers, files }: ReadDenialsOptions): Promise<readonly string[]> {
  if (fingerprintPattern.test(value)) return [value];
  const identities = signers.some((signer) => signer.kind === 'keyless' && matchesIdentity(signer.identity, value)) ? [value] : [];
  try {
    return [...identities, parsePublicKey(await readKey(value, place, files), value).fingerprint];
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    if (identities.length > 0) return identities;
    throw new VerifyError('POLICY_INVALID', `the policy is not valid: ${place} is ${quote(value)}, which names no signer`, {
      hint: "Give a key's fingerprint (sha256:...), the path of its file relative to the policy's, or an identity of its signers.",
      cause,
    });
  }
}
