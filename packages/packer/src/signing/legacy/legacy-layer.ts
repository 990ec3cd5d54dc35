import { createHash } from 'node:crypto';
import { legacyAnnotations, simpleSigningType } from '@release-capsule/schema';
import { type Bundle, toMessageSignatureBundle, type TransparencyLogEntry } from '@sigstore/bundle';
import { PackError } from '../../errors.ts';
import { checkOwnSignature } from '../check-own-signature.ts';
import { type Signature, type Signer, verifierPem } from '../signer.ts';
import type { Testimony, Witness } from '../witness.ts';
import { hashOf, parseVerifier } from '../witness/signed-content.ts';

/** A signature as cosign wrote it before bundles: the payload, and all that is known of its signature as annotations. */
export interface LegacyLayer {
  readonly payload: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a legacy signature is of, and who vouches for it. */
export interface LegacyLayerOptions {
  /** The digest of the manifest that is signed. */
  readonly digest: string;
  /** Registry and repository. Readers show it; few compare it. */
  readonly dockerReference: string;
  readonly witnesses: readonly Witness[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs a manifest as cosign did before bundles. A Rekor v2 log is not asked: the format holds a promise that such a log
 * does not make. Import this file lazily: it loads the format of bundles.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md; pkg/oci/static/options.go, pkg/cosign/bundle.
 * @throws {PackError} `OPTION_INVALID` where nobody could vouch for a certificate, and those of signer and witnesses.
 */
export async function signLegacyLayer(signer: Signer, options: LegacyLayerOptions): Promise<LegacyLayer> {
  const payload = simpleSigningPayload(options);
  const signature = await signer.sign(payload, options.signal);
  checkOwnSignature(payload, signature);
  const witnesses = options.witnesses.filter(({ kind }) => kind !== 'rekor-v2');
  if (witnesses.length === 0 && signature.key.kind === 'certificate') throw noWitness();
  const content = messageSignature(payload, signature);
  const testimonies = await Promise.all(witnesses.map((witness) => witness.testify(content, verifierPem(signature.key))));
  return { payload, annotations: annotationsOf(signature, testimonies) };
}

function simpleSigningPayload({ digest, dockerReference }: LegacyLayerOptions): Uint8Array {
  const critical = {
    identity: { 'docker-reference': dockerReference },
    image: { 'docker-manifest-digest': digest },
    type: simpleSigningType,
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

/** What witnesses take: signature and digest. Who signed they are told beside it. */
function messageSignature(payload: Uint8Array, signature: Signature): Bundle['content'] {
  const digest = createHash(hashOf(parseVerifier(verifierPem(signature.key)).publicKey)).update(payload).digest();
  return toMessageSignatureBundle({ digest, signature: Buffer.from(signature.signature), certificateChain: false, keyHint: '' }).content;
}

function annotationsOf({ signature, key }: Signature, testimonies: readonly Testimony[]): Readonly<Record<string, string>> {
  const entry = testimonies.flatMap(({ tlogEntries = [] }) => tlogEntries).find(({ inclusionPromise }) => inclusionPromise !== undefined);
  const timestamp = testimonies.flatMap(({ rfc3161Timestamps = [] }) => rfc3161Timestamps)[0]?.signedTimestamp;
  const chain = key.kind === 'certificate' ? (key.chainPem ?? []).join('') : '';
  return {
    [legacyAnnotations.signature]: Buffer.from(signature).toString('base64'),
    ...(key.kind === 'certificate' && { [legacyAnnotations.certificate]: key.certificatePem }),
    ...(chain !== '' && { [legacyAnnotations.chain]: chain }),
    ...(entry !== undefined && { [legacyAnnotations.log]: rekorBundle(entry) }),
    ...(timestamp !== undefined && {
      [legacyAnnotations.timestamp]: JSON.stringify({ SignedRFC3161Timestamp: timestamp.toString('base64') }),
    }),
  };
}

function rekorBundle({ canonicalizedBody, integratedTime, logIndex, logId, inclusionPromise }: TransparencyLogEntry): string {
  return JSON.stringify({
    SignedEntryTimestamp: inclusionPromise?.signedEntryTimestamp.toString('base64'),
    Payload: {
      body: canonicalizedBody.toString('base64'),
      integratedTime: Number(integratedTime),
      logIndex: Number(logIndex),
      logID: logId.keyId.toString('hex'),
    },
  });
}

function noWitness(): PackError {
  const message = 'a legacy signature by certificate needs a Rekor v1 log or a timestamp: Rekor v2 cannot vouch for it';
  return new PackError('OPTION_INVALID', message, {
    hint: 'Add a timestamp authority, or leave --legacy-signature out.',
  });
}
