import type { Descriptor, Store } from '@release-capsule/oci';
import { attachBundle } from '@release-capsule/packer';
import { pae } from '../../packages/verifier/src/signature/testing/signing.ts';
import { now, type TestKey } from './signing.ts';

/** What a statement says that is not the signature. */
export interface AttestOptions {
  readonly predicateType?: string;
  readonly predicate?: object;
  /** What the manifest's annotation calls it; the predicate's own type where it is left out. */
  readonly announcedAs?: string;
  /** The digest that the statement is of, where that is not what it is attached to. */
  readonly onlyOf?: string;
  /** Digests of further subjects. */
  readonly alsoOf?: readonly string[];
  /** Lists the further subjects first. */
  readonly reversed?: boolean;
}

const signType = 'https://sigstore.dev/cosign/sign/v1';
const payloadType = 'application/vnd.in-toto+json';

/** Signs a statement about a manifest that is not, or not only, its signature, and attaches it as one. */
export async function attest(store: Store, subject: Descriptor, key: TestKey, options: AttestOptions = {}): Promise<Descriptor> {
  const { predicateType = signType, predicate = {}, announcedAs = predicateType } = options;
  const { onlyOf = subject.digest, alsoOf = [], reversed = false } = options;
  const subjects = [onlyOf, ...alsoOf].map((digest) => ({ digest: { sha256: digest.slice(7) }, annotations: {} }));
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: reversed ? subjects.toReversed() : subjects,
    predicateType,
    predicate,
  };
  const bundle = await signPayload(Buffer.from(JSON.stringify(statement)), key);
  return attachBundle(store, bundle, { subject, predicateType: announcedAs, created: now() });
}

async function signPayload(payload: Buffer, key: TestKey): Promise<Uint8Array> {
  const { signature, key: signer } = await key.sign.sign(pae(payload));
  const hint = signer.kind === 'publicKey' ? signer.hint : '';
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint } },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: Buffer.from(signature).toString('base64') }],
    },
  };
  return Buffer.from(JSON.stringify(bundle));
}
