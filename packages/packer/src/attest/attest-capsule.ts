import { descriptorShape, type ShapeOf } from '@release-capsule/core';
import type { Descriptor, Store } from '@release-capsule/oci';
import { signerMethods, signingShape, storeMethods } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { checkCapsuleContent, type CheckedContent } from '../signing/check-capsule-content.ts';
import type { SignBundleOptions } from '../signing/sign-bundle.ts';
import { signStatement } from '../signing/sign-statement.ts';
import type { Signer } from '../signing/signer.ts';
import type { CiRun } from '../source/ci-run.ts';
import { type AttestationKind, type AttestationStatement, attestationStatement } from './attestation-statement.ts';

/** One thing to attest; without bytes, what the capsule itself carries. */
export interface WantedAttestation {
  readonly kind: AttestationKind;
  readonly bytes?: Uint8Array;
}

/** Options of {@link attestCapsule}. */
export interface AttestCapsuleOptions extends Omit<SignBundleOptions, 'checkBundle'> {
  readonly attestations: readonly WantedAttestation[];
  /** The CI job's run, whose facts go into generated provenance. */
  readonly run?: CiRun | undefined;
  /** Finds an attestation of this type that is attached already: none is made again. Returns its digest. */
  readonly findAttached?: ((predicateType: string) => Promise<string | undefined>) | undefined;
  /** Judges each finished bundle as a verifier will. Where it throws, that attestation is not published. */
  readonly checkAttestation?: ((bundle: Uint8Array, predicateType: string) => Promise<void>) | undefined;
  /** The clock behind the referrers' `created`; the system's by default. */
  readonly now?: (() => Date) | undefined;
}

/** An attestation of a capsule that is attached. */
export interface AttachedAttestation {
  readonly kind: AttestationKind;
  readonly predicateType: string;
  /** Of the referrer that carries it. */
  readonly digest: string;
  /** False where it was attached already. */
  readonly isNew: boolean;
}

const optionsShape: ShapeOf<AttestCapsuleOptions> = {
  ...signingShape,
  attestations: 'objects',
  'run?': 'object',
  'findAttached?': 'function',
  'checkAttestation?': 'function',
};

const maxStatementBytes = 11 * 1024 * 1024; // in base64, what fits into the largest bundle that verifiers read, 16 MiB

/**
 * Checks a capsule's content by the format, then signs and attaches its attestations, in the order in which they are
 * wanted. Every statement is made before the first is signed.
 * Source: docs/format.md, "Signatures and attestations".
 * @throws {PackError} `OPTION_INVALID`, `NOT_A_CAPSULE`, `ATTESTATION_TOO_LARGE`, `SIGNING_FAILED`; {SchemaError} `METADATA_INVALID`;
 * {OciError} what the store throws.
 */
export async function attestCapsule(
  store: Store,
  capsule: Descriptor,
  signer: Signer,
  given: AttestCapsuleOptions,
): Promise<readonly AttachedAttestation[]> {
  const wanted = { store: storeMethods, capsule: descriptorShape, signer: signerMethods, options: optionsShape };
  assertArguments(wanted, { store, capsule, signer, options: given });
  const { attestations, run, findAttached, checkAttestation, ...options } = given;
  const content = await checkCapsuleContent(store, capsule, options.signal);
  const statements = attestations.map(({ kind, bytes = carried(content, kind) }) => {
    return { kind, ...bounded(kind, attestationStatement({ kind, bytes, capsuleDigest: capsule.digest, run })) };
  });
  const attached: AttachedAttestation[] = [];
  for (const { kind, predicateType, statement } of statements) {
    const earlier = await findAttached?.(predicateType);
    const checkBundle = async (bundle: Uint8Array): Promise<void> => checkAttestation?.(bundle, predicateType);
    const digest = earlier ?? (await signStatement(store, capsule, signer, { ...options, statement, checkBundle })).digest;
    attached.push({ kind, predicateType, digest, isNew: earlier === undefined });
  }
  return attached;
}

function carried({ record, kept }: CheckedContent, kind: AttestationKind): Uint8Array {
  const path = kind === 'provenance' ? record.metadata.provenancePath : record.metadata.sbomPath;
  const bytes = kept.get(path);
  if (bytes !== undefined) return bytes;
  throw new Error(`a capsule whose content holds carries ${path}`);
}

function bounded(kind: AttestationKind, statement: AttestationStatement): AttestationStatement {
  const { byteLength } = statement.statement;
  if (byteLength <= maxStatementBytes) return statement;
  throw new PackError('ATTESTATION_TOO_LARGE', `the ${kind} has ${byteLength} bytes as a statement, the limit is ${maxStatementBytes}`, {
    hint: 'Leave it out: the capsule carries it, and the signature covers it. capsule attest --type names what is attached.',
  });
}
