import { type Descriptor, maxMetadataBytes, MemoryStore, pushBytes, readAll } from '@release-capsule/oci';
import { attachBundle, PackError } from '@release-capsule/packer';
import { predicateTypes } from '@release-capsule/schema';
import { type Finding, verifyCapsule } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import { signerPolicy } from './signer-policy.ts';
import type { OpenedStore } from './stores/open-store.ts';

/** The capsule that a bundle signs, and where it lies. */
export interface FreshBundleTarget {
  readonly opened: OpenedStore;
  readonly capsule: Descriptor;
}

// Neither is published: the manifest and its signature stand alone in memory, and SIGNATURE alone is asked for.
const place = { name: 'fresh', capsuleRepository: 'memory.invalid/capsule' };

/**
 * Judges a fresh bundle as a verification will, before anything is published: in memory, beside the capsule's manifest.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export async function checkFreshBundle(bundle: Uint8Array, loaded: LoadedSigner, target: FreshTarget): Promise<void> {
  const { capsule: subject, context: { now } } = target;
  const memory = new MemoryStore();
  await attachBundle(memory, bundle, { subject, predicateType: predicateTypes.signature, created: now() });
  await judge(memory, loaded, target);
}

/**
 * Judges a fresh signature in cosign's older form likewise; `draft` holds its tag. What vouches for it is less: one
 * entry of a Rekor v1 log, or a timestamp.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export async function checkFreshLegacy(draft: MemoryStore, loaded: LoadedSigner, target: FreshTarget): Promise<void> {
  const { services } = loaded;
  const logs = services.logs.filter(({ majorApiVersion }) => majorApiVersion === 1).slice(0, 1);
  await judge(draft, { ...loaded, services: { ...services, logs } }, target);
}

type FreshTarget = FreshBundleTarget & { readonly context: Context };

async function judge(memory: MemoryStore, loaded: LoadedSigner, { opened, capsule, context }: FreshTarget): Promise<void> {
  const { now, signal, temporaryDirectory } = context;
  const bytes = await readAll(opened.store, capsule, { maxBytes: maxMetadataBytes, signal });
  await pushBytes(memory, { mediaType: capsule.mediaType, bytes }, signal);
  const freight = { images: [{ repoURL: place.capsuleRepository, digest: capsule.digest }], commits: [], charts: [], artifacts: [] };
  const policy = { ...(await signerPolicy(loaded, place)), pairing: 'locked' } as const;
  const options = { capsule: { repository: place.capsuleRepository }, now, signal, temporaryDirectory };
  const { findings } = await verifyCapsule(memory, freight, policy, options);
  const finding = findings.find(({ claim }) => claim === 'SIGNATURE');
  if (finding?.state !== 'proven') throw rejected(finding);
}

function rejected(finding: Finding | undefined): PackError {
  const why = finding === undefined ? 'its capsule cannot be judged' : `${finding.message} (${finding.code})`;
  return new PackError('SIGNATURE_REJECTED', `the fresh signature is not accepted: ${why}`, {
    hint: 'Nothing was published. Check that services and trusted root belong to one Sigstore.',
  });
}
