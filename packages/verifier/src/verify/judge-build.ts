import { type Descriptor, OciError } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import { type FoundImage, imageLookupFinding, judgeImageSignature } from '../claims/image-signature.ts';
import { judgeProvenance, provenanceLookupFinding } from '../claims/provenance.ts';
import { VerifyError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import type { ImagePolicy, Policy } from '../policy/policy.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import type { ImageStore, VerifyOptions } from './verify-options.ts';

/** What the claims on how the release was built are judged by. */
export interface JudgeBuildInput {
  readonly record: ReleaseRecord;
  readonly policy: Policy;
  /** The capsule and its store: without an application image, its own provenance is asked for. */
  readonly capsule: { readonly store: ImageStore; readonly descriptor: Descriptor };
  readonly now: Date;
  /** Makes a store one of this verification: within the time that it has as a whole. */
  readonly open: (store: ImageStore, place: string) => ImageStore;
  /** Hears who has signed image and provenance. */
  readonly onSigned: (by: readonly CountedSignature[]) => void;
  readonly options: VerifyOptions;
}

/**
 * Judges IMAGE_SIGNATURE and PROVENANCE, as far as the policy asks for them. To be called only once IDENTITY holds: until
 * then the record could name an image of any repository, and what is opened here is the policy's.
 */
export async function judgeBuild(input: JudgeBuildInput): Promise<readonly Finding[]> {
  const { policy, record, options } = input;
  if (policy.pairing === 'locked') return policy.require.provenance ? [await judgeCapsule(input)] : [];
  if (policy.image === undefined || record.image === undefined || !asksForImage(policy)) return [];
  options.onProgress?.('image');
  const found = await findImage(policy.image, record.image.digest, input);
  return 'subject' in found ? judgeImage(found, policy.image, input) : lookupFindings(policy, found.error);
}

/**
 * Refuses to begin where the policy asks about the image and the caller has not said how to look at it: an answer
 * without it would look like one with it.
 * @throws {VerifyError} `IMAGE_STORE_MISSING`.
 */
export function assertImageStore(policy: Policy, { openImage }: VerifyOptions): void {
  if (openImage === undefined && asksForImage(policy)) throw storeMissing();
}

function asksForImage({ image, require }: Policy): boolean {
  return image !== undefined && (image.signers.length > 0 || require.provenance);
}

async function judgeImage(found: FoundImage, image: ImagePolicy, input: JudgeBuildInput): Promise<readonly Finding[]> {
  const { record, policy, now, onSigned, options: { signal, explain } } = input;
  const signature = image.signers.length === 0 ? undefined : await judgeImageSignature(found, { policy, image, now, explain, signal });
  const findings = signature === undefined ? [] : [signature.finding];
  onSigned(signature?.signed ?? []);
  if (!policy.require.provenance) return findings;
  const options = { record, policy, wanted: image.provenance, signed: signature?.signed ?? [], now, onSigned, signal };
  return [...findings, await judgeProvenance(found.store, found.subject, options)];
}

/** Without an application image, the capsule is what was built. */
function judgeCapsule({ record, policy, capsule, now, onSigned, options: { signal } }: JudgeBuildInput): Promise<Finding> {
  const wanted = { signers: policy.capsule.signers, builders: [] };
  return judgeProvenance(capsule.store, capsule.descriptor, { record, policy, wanted, signed: [], now, onSigned, signal });
}

function lookupFindings({ image, require }: Policy, error: unknown): readonly Finding[] {
  return [
    ...((image?.signers.length ?? 0) > 0 ? [imageLookupFinding(error)] : []),
    ...(require.provenance ? [provenanceLookupFinding(error)] : []),
  ];
}

type ImageLookup = FoundImage | { readonly error: unknown };

async function findImage({ repository }: ImagePolicy, digest: string, input: JudgeBuildInput): Promise<ImageLookup> {
  const { open, options: { openImage, signal } } = input;
  if (openImage === undefined) throw storeMissing();
  try {
    const store = open(await openImage(repository), repository);
    const subject = await store.resolve(digest, signal);
    if (subject.digest === digest) return { store, subject };
    throw new OciError('DIGEST_MISMATCH', `asked for ${digest}, the store answers with ${subject.digest}`);
  } catch (error) {
    signal?.throwIfAborted();
    return { error };
  }
}

function storeMissing(): VerifyError {
  return new VerifyError('IMAGE_STORE_MISSING', 'the policy asks about the image, and nothing says how its repository is opened', {
    hint: 'Give openImage in the options of verifyCapsule.',
  });
}
