import type { Descriptor } from '@release-capsule/oci';
import { signCapsule, type SignatureFacts, type SignCapsuleOptions } from '@release-capsule/packer';
import { predicateTypes } from '@release-capsule/schema';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import type { SigningFlags } from './input/signing-flags.ts';
import { type SignedJson, signedJson } from './output/signed.ts';
import { selfCheckLegacy } from './self-check-legacy.ts';
import { selfCheck, ownSigners } from './self-check.ts';
import type { OpenedStore } from './stores/open-store.ts';

/** What is signed, and where. */
export interface SignTarget {
  readonly opened: OpenedStore;
  readonly capsule: Descriptor;
  readonly flags: Pick<SigningFlags, 'legacySignature'>;
}

/** A signature that was attached, and what it says of itself. */
export interface AttachedSignature extends SignedJson {
  /** Of the referrer that carries it. */
  readonly digest: string;
}

/**
 * Signs a capsule with what was loaded: checks its content, signs, has logs and timestamp authorities vouch for it, checks
 * the result as a verification will, and attaches it.
 * @throws {PackError} those of `signCapsule`.
 */
export async function signAndCheck(
  loaded: LoadedSigner,
  { opened, capsule, flags }: SignTarget,
  context: Context,
): Promise<AttachedSignature> {
  const { signer, witnesses, services } = loaded;
  const { now, signal } = context;
  const heard: SignatureFacts[] = [];
  const { digest } = await signCapsule(opened.store, capsule, signer, {
    now,
    signal,
    witnesses,
    legacy: legacyOf(loaded, { opened, capsule, flags }, context),
    checkBundle: async (bundle) => selfCheck(await ownSigners(loaded, context), capsule)(bundle, predicateTypes.signature),
    onSigned: (facts) => heard.push(facts),
  });
  const [facts] = heard;
  if (facts === undefined) throw new Error('a signature was attached that says nothing of itself');
  return { digest, ...signedJson(facts, services) };
}

function legacyOf(loaded: LoadedSigner, { opened, capsule, flags }: SignTarget, context: Context): SignCapsuleOptions['legacy'] {
  const { reference, place } = opened;
  if (flags.legacySignature !== true) return undefined;
  if (reference.kind === 'registry') {
    return { dockerReference: place, check: (draft) => selfCheckLegacy(draft, loaded, { opened, capsule, context }) };
  }
  throw new CliError('OPTION_INVALID', '--legacy-signature is asked for a layout, whose signature names no registry', {
    hint: 'Sign the capsule where it will be looked for, in its registry.',
  });
}
