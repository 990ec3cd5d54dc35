import { type Descriptor, OciError, pushTogether } from '@release-capsule/oci';
import { type AttachedAttestation, attestCapsule, detectCiRun, PackError, type WantedAttestation } from '@release-capsule/packer';
import { findAttestation, type FindAttestationOptions } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import { ownSigners, selfCheck } from './self-check.ts';
import type { OpenedStore } from './stores/open-store.ts';

/** What is attested, of what, and where. */
export interface AttestTarget {
  readonly opened: OpenedStore;
  readonly capsule: Descriptor;
  readonly attestations: readonly WantedAttestation[];
}

/**
 * Attaches attestations to a capsule, all listed at once, and reads each of them back. One that this signer has attached in
 * an earlier run is found, and not made again.
 * @throws {PackError} `READ_BACK_FAILED`, and those of `attestCapsule`; {OciError} `UNAVAILABLE` and what the store throws.
 */
export async function ensureAttested(
  target: AttestTarget,
  loaded: LoadedSigner,
  context: Context,
): Promise<readonly AttachedAttestation[]> {
  const { opened } = target;
  const work = (store: OpenedStore['store']): Promise<readonly AttachedAttestation[]> =>
    attachMissing({ ...target, opened: { ...opened, store } }, loaded, context);
  const attached = await pushTogether(opened.store, work, context.signal);
  await checkAttached(target, attached, loaded, context);
  return attached;
}

/** Attaches the attestations that this signer has not attached yet, and reads nothing back. */
export async function attachMissing(
  { opened: { store }, capsule, attestations }: AttestTarget,
  loaded: LoadedSigner,
  context: Context,
): Promise<readonly AttachedAttestation[]> {
  const { now, signal, env } = context;
  const own = await ownSigners(loaded, context);
  return attestCapsule(store, capsule, loaded.signer, {
    attestations,
    run: detectCiRun(env),
    findAttached: (predicateType) => findOwn(store, capsule, { ...own, predicateType, signal }),
    checkAttestation: selfCheck(own, capsule),
    witnesses: loaded.witnesses,
    now,
    signal,
  });
}

/**
 * Reads back the attestations that were attached just now.
 * @throws {PackError} `READ_BACK_FAILED`; {OciError} `UNAVAILABLE` and what the store throws.
 */
export async function checkAttached(
  { opened: { store }, capsule }: Omit<AttestTarget, 'attestations'>,
  attached: readonly AttachedAttestation[],
  loaded: LoadedSigner,
  context: Context,
): Promise<void> {
  const fresh = attached.filter(({ isNew }) => isNew);
  if (fresh.length === 0) return;
  const own = await ownSigners(loaded, context);
  for (const { kind, predicateType, digest } of fresh) {
    if ((await findOwn(store, capsule, { ...own, predicateType, signal: context.signal })) !== undefined) continue;
    throw new PackError('READ_BACK_FAILED', `the ${kind} was attached as ${digest}, and does not come back`, {
      hint: 'The registry has lost or changed it: try again, and check its logs if that fails too.',
    });
  }
}

async function findOwn(
  store: OpenedStore['store'],
  capsule: Descriptor,
  options: FindAttestationOptions,
): Promise<string | undefined> {
  const found = await findAttestation(store, capsule, options);
  if (found.state !== 'unknown') return found.state === 'found' ? found.referrer : undefined;
  // Taken for absent, it would be attached a second time.
  throw new OciError('UNAVAILABLE', `what is attached to ${capsule.digest} could not be looked up: ${found.message}`);
}
