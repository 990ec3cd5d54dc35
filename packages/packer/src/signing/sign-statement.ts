import { isDeepStrictEqual } from 'node:util';
import { descriptorShape, type ShapeOf } from '@release-capsule/core';
import type { Descriptor, Store } from '@release-capsule/oci';
import { attestationTypes, predicateTypes, quote } from '@release-capsule/schema';
import { signerMethods, signingShape, storeMethods } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { attachBundle } from './attach-bundle.ts';
import { signBundle, type SignBundleOptions } from './sign-bundle.ts';
import type { Signer } from './signer.ts';

/** Options of {@link signStatement}. */
export interface SignStatementOptions extends SignBundleOptions {
  /** The clock behind the referrer's `created`; the system's by default. */
  readonly now?: (() => Date) | undefined;
  /** The in-toto statement, JSON. */
  readonly statement: Uint8Array;
}

const optionsShape: ShapeOf<SignStatementOptions> = { ...signingShape, statement: 'bytes' };

/**
 * Signs a statement about a capsule that is not its signature, and attaches it. Its one subject is the capsule: never
 * an image, whose signature other tools would take it for, and never two, of which each reader may take another.
 * Source: docs/format.md, "Signatures and attestations".
 * @throws {PackError} `OPTION_INVALID`, `STATEMENT_INVALID`, `SIGNING_FAILED`; {OciError} what the store throws.
 */
export async function signStatement(
  store: Store,
  capsule: Descriptor,
  signer: Signer,
  given: SignStatementOptions,
): Promise<Descriptor> {
  const shape = { store: storeMethods, capsule: descriptorShape, signer: signerMethods, options: optionsShape };
  assertArguments(shape, { store, capsule, signer, options: given });
  const { statement, now = () => new Date(), ...rest } = given;
  const predicateType = checkStatement(statement, capsule);
  const bundle = await signBundle(statement, signer, rest);
  return attachBundle(store, bundle, { subject: capsule, predicateType, created: now(), signal: rest.signal });
}

function checkStatement(bytes: Uint8Array, { digest }: Descriptor): string {
  const { _type: type, subject, predicateType } = parse(bytes);
  if (type !== attestationTypes.statement || typeof predicateType !== 'string') throw invalid('it is not an in-toto Statement v1');
  if (predicateType === predicateTypes.signature) throw invalid(`its predicate ${quote(predicateType)} would make it the signature`);
  const [sha256] = digest.split(':').slice(1);
  if (isDeepStrictEqual(subject, [{ digest: { sha256 } }])) return predicateType;
  throw invalid(`its subject is not ${digest} alone`);
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
}

function invalid(why: string, cause?: unknown): PackError {
  return new PackError('STATEMENT_INVALID', `the statement is not signed: ${why}`, {
    hint: 'Sign what this library makes: an attestation of the capsule, or a summary of its verification.',
    cause,
  });
}
