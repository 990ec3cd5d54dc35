import { OciError } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import { type FoundImage, imageLookupFinding, judgeImageSignature } from '../claims/image-signature.ts';
import { VerifyError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import type { ImagePolicy, Policy } from '../policy/policy.ts';
import type { ImageStore, VerifyOptions } from './verify-options.ts';

/** What the claims on how the release was built are judged by. */
export interface JudgeBuildInput {
  readonly record: ReleaseRecord;
  readonly policy: Policy;
  readonly now: Date;
  /** Holds a store to the time that the whole verification has. */
  readonly hurry: (store: ImageStore) => ImageStore;
  readonly options: VerifyOptions;
}

/**
 * Judges what the policy asks of the image. To be called only once IDENTITY holds: until then the record
 * could name an image of any repository, and what is opened here is the policy's.
 */
export async function judgeBuild(input: JudgeBuildInput): Promise<readonly Finding[]> {
  const { record, policy, options } = input;
  if (policy.image === undefined || record.image === undefined || !asksForImage(policy)) return [];
  options.onProgress?.('image');
  const { signal } = options;
  const found = await findImage(policy.image, record.image.digest, input);
  if (!('subject' in found)) return [found];
  return [await judgeImageSignature(found, { policy, image: policy.image, now: input.now, signal })];
}

/**
 * Refuses to begin where the policy asks about the image and the caller has not said how to look at it: an answer
 * without it would look like one with it.
 * @throws {VerifyError} `IMAGE_STORE_MISSING`.
 */
export function assertImageStore(policy: Policy, { openImage }: VerifyOptions): void {
  if (openImage !== undefined || !asksForImage(policy)) return;
  throw new VerifyError('IMAGE_STORE_MISSING', 'the policy asks about the image, and nothing says how its repository is opened', {
    hint: 'Give openImage in the options of verifyCapsule.',
  });
}

function asksForImage({ image }: Policy): boolean {
  return image !== undefined && image.signers.length > 0;
}

async function findImage({ repository }: ImagePolicy, digest: string, input: JudgeBuildInput): Promise<FoundImage | Finding> {
  const { hurry, options: { openImage, signal } } = input;
  if (openImage === undefined) throw new VerifyError('IMAGE_STORE_MISSING', 'nothing says how the image is opened');
  try {
    const store = hurry(await openImage(repository));
    const subject = await store.resolve(digest, signal);
    if (subject.digest === digest) return { store, subject };
    throw new OciError('DIGEST_MISMATCH', `asked for ${digest}, the store answers with ${subject.digest}`);
  } catch (error) {
    return imageLookupFinding(error);
  }
}
