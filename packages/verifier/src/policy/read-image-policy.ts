import type { CapsulePolicy, ImagePolicy, PolicySigner } from './policy.ts';
import type { ImageData } from './policy-data.ts';
import { type PolicyFiles, readSigners } from './read-signers.ts';

/** What an image policy is read with. */
export interface ReadImagePolicyOptions {
  readonly files: PolicyFiles;
  /** Its signers' provenance counts where nobody else's is named. */
  readonly capsule: Pick<CapsulePolicy, 'signers'>;
}

/**
 * Reads what a policy says of the application image. Whose provenance counts, where that is not stated: the signers of
 * the image, else those of the capsule.
 * @throws {VerifyError} `KEY_INVALID`, `POLICY_INVALID`.
 */
export async function readImagePolicy(data: ImageData, { files, capsule }: ReadImagePolicyOptions): Promise<ImagePolicy> {
  const { repository, threshold = 1, provenance = {} } = data;
  const signers = await readSigners(data.signers ?? [], 'image.signers', files);
  const stated = await readSigners(provenance.signers ?? [], 'image.provenance.signers', files);
  return {
    repository,
    signers,
    threshold,
    provenance: { signers: firstOf(stated, signers, capsule.signers), builders: provenance.builders ?? [] },
  };
}

function firstOf(...lists: readonly (readonly PolicySigner[])[]): readonly PolicySigner[] {
  return lists.find((list) => list.length > 0) ?? [];
}
