import { type Descriptor, maxMetadataBytes, type MemoryStore, pushBytes, readAll } from '@release-capsule/oci';
import { verifyCapsule } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import { rejected } from './self-check.ts';
import { signerPolicy } from './signer-policy.ts';
import type { OpenedStore } from './stores/open-store.ts';

/** The capsule that is signed, and where it lies. */
export interface LegacyCheckTarget {
  readonly opened: OpenedStore;
  readonly capsule: Descriptor;
  readonly context: Context;
}

// Neither is published: the manifest and its signature stand alone in memory, and SIGNATURE alone is asked for.
const place = { name: 'fresh', capsuleRepository: 'memory.invalid/capsule' };

/**
 * Judges a fresh signature in cosign's older form as a verification will, before it is published; `draft` holds its tag.
 * What vouches for it is less than for a bundle: one entry of a Rekor v1 log, or a timestamp.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export async function selfCheckLegacy(draft: MemoryStore, loaded: LoadedSigner, target: LegacyCheckTarget): Promise<void> {
  const { opened, capsule, context: { now, signal, temporaryDirectory } } = target;
  const bytes = await readAll(opened.store, capsule, { maxBytes: maxMetadataBytes, signal });
  await pushBytes(draft, { mediaType: capsule.mediaType, bytes }, signal);
  const freight = { images: [{ repoURL: place.capsuleRepository, digest: capsule.digest }], commits: [], charts: [], artifacts: [] };
  const policy = { ...(await signerPolicy(withLegacyLogs(loaded), place)), pairing: 'locked' } as const;
  const options = { capsule: { repository: place.capsuleRepository }, now, signal, temporaryDirectory };
  const { findings } = await verifyCapsule(draft, freight, policy, options);
  const finding = findings.find(({ claim }) => claim === 'SIGNATURE');
  if (finding?.state === 'proven') return;
  throw rejected('signature', finding === undefined ? 'its capsule cannot be judged' : `${finding.message} (${finding.code})`);
}

function withLegacyLogs(loaded: LoadedSigner): LoadedSigner {
  const { services } = loaded;
  const logs = services.logs.filter(({ majorApiVersion }) => majorApiVersion === 1).slice(0, 1);
  return { ...loaded, services: { ...services, logs } };
}
