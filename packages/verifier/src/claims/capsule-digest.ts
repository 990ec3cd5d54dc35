import {
  type Descriptor,
  mediaTypes,
  OciError,
  type OciErrorCode,
  type ReadableStore,
  readAll,
} from '@release-capsule/oci';
import { capsuleMediaTypes, type Digest, isDigest, quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import type { UnknownCode } from '../findings/finding-code.ts';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import { storeHint } from '../findings/store-hint.ts';
import { judgeTagMoved, type TagLookup } from './tag-moved.ts';

/** Where a capsule should be found: by its digest where something pins it, else by its tag, resolved once. */
export interface CapsuleCoordinates {
  /** The Freight's digest for the capsule. */
  readonly pinned?: string;
  /** The digest in the reference that the caller gave. */
  readonly requested?: string;
  readonly tag?: string;
  /** The tag is the Freight's, which has no digest: whatever the caller asks for must be what this tag points at. */
  readonly isTagPinned?: boolean;
}

/** A capsule's manifest, as its digest names it. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** What looking a capsule up has found; the manifest is absent where CAPSULE_DIGEST is not proven. */
export interface CapsuleLookup {
  readonly findings: readonly Finding[];
  readonly manifest?: FetchedManifest;
}

/** How a capsule is looked up. */
export interface FetchCapsuleOptions {
  readonly maxManifestBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judges CAPSULE_DIGEST and TAG_MOVED: fetches the manifest by tag, and by digest where the tag names another one. One
 * request serves both claims as long as the tag has not moved.
 * @throws {VerifyError} `CAPSULE_UNNAMED` where there is neither digest nor tag.
 */
export async function fetchCapsule(
  store: ReadableStore,
  coordinates: CapsuleCoordinates,
  options: FetchCapsuleOptions,
): Promise<CapsuleLookup> {
  const { pinned, requested, tag, isTagPinned = false } = coordinates;
  const wanted = pinned ?? requested;
  if (wanted !== undefined && !isDigest(wanted)) {
    return { findings: [noDigest(wanted)] };
  }
  if (pinned !== undefined && requested !== undefined && pinned !== requested) {
    return { findings: [refuted('DIGEST_DIFFERS', `the reference names ${requested}, the Freight ${pinned}`)] };
  }
  if (tag === undefined && wanted === undefined) throw unnamed();
  const tagged = tag === undefined ? undefined : await attempt(() => store.resolve(tag, options.signal));
  if (isTagPinned && tagged !== undefined && wanted !== undefined) {
    const defect = judgePinnedTag(tagged, tag ?? '', wanted);
    if (defect !== undefined) return { findings: [defect] };
  }
  const found = await resolveWanted(store, wanted, tagged, options.signal);
  const digest = wanted ?? (found.isFound ? found.descriptor.digest : undefined);
  const isTagJudged = tagged !== undefined && tag !== undefined && digest !== undefined;
  const moved = isTagJudged ? [judgeTagMoved({ tag, digest, lookup: tagLookup(tagged) })] : [];
  if (!found.isFound) return { findings: [lookupFinding(found.error, wanted ?? tag ?? ''), ...moved] };
  const defect = judgeDescriptor(found.descriptor, wanted);
  if (defect !== undefined) return { findings: [defect, ...moved] };
  return fetchManifest(store, found.descriptor, options, moved);
}

type Resolution =
  | { readonly isFound: true; readonly descriptor: Descriptor }
  | { readonly isFound: false; readonly error: OciError };

async function attempt(resolve: () => Promise<Descriptor>): Promise<Resolution> {
  try {
    return { isFound: true, descriptor: await resolve() };
  } catch (error) {
    if (error instanceof OciError) return { isFound: false, error };
    throw error;
  }
}

/** Holds the caller's digest to the Freight's tag: else whoever gives the reference would choose the capsule. */
function judgePinnedTag(tagged: Resolution, tag: string, wanted: Digest): Finding | undefined {
  if (!tagged.isFound) return lookupFinding(tagged.error, tag);
  const { digest } = tagged.descriptor;
  if (digest === wanted) return undefined;
  return refuted('DIGEST_DIFFERS', `the reference names ${wanted}, the Freight's tag ${quote(tag)} points at ${quote(digest)}`);
}

async function resolveWanted(
  store: ReadableStore,
  wanted: Digest | undefined,
  tagged: Resolution | undefined,
  signal?: AbortSignal,
): Promise<Resolution> {
  if (tagged !== undefined && (wanted === undefined || (tagged.isFound && tagged.descriptor.digest === wanted))) {
    return tagged;
  }
  return attempt(() => store.resolve(wanted ?? '', signal));
}

/** Holds a store to what was asked for: what follows is about the digest that it has answered with. */
function judgeDescriptor({ digest, mediaType }: Descriptor, wanted: Digest | undefined): Finding | undefined {
  if (wanted !== undefined && digest !== wanted) {
    return refuted('DIGEST_DIFFERS', `asked for ${wanted}, the store answers with ${digest}`);
  }
  if (!isDigest(digest)) return noDigest(digest);
  if (mediaType === capsuleMediaTypes.manifest) return undefined;
  const message = `the store says that ${digest} is ${quote(mediaType)}, wanted ${capsuleMediaTypes.manifest}`;
  return refuted(mediaType === mediaTypes.imageIndex ? 'MANIFEST_IS_INDEX' : 'MANIFEST_MEDIA_TYPE', message);
}

async function fetchManifest(
  store: ReadableStore,
  descriptor: Descriptor,
  { maxManifestBytes, signal }: FetchCapsuleOptions,
  moved: readonly Finding[],
): Promise<CapsuleLookup> {
  try {
    const bytes = await readAll(store, descriptor, { maxBytes: maxManifestBytes, signal });
    const { digest, mediaType, size } = descriptor;
    const matches = proven('DIGEST_MATCHES', `the manifest hashes to ${digest}`, { evidence: { digest } });
    return { findings: [matches, ...moved], manifest: { descriptor: { digest, mediaType, size }, bytes } };
  } catch (error) {
    if (error instanceof OciError) return { findings: [lookupFinding(error, descriptor.digest), ...moved] };
    throw error;
  }
}

function tagLookup(tagged: Resolution): TagLookup {
  if (tagged.isFound) return { kind: 'found', digest: tagged.descriptor.digest };
  const { code, message } = tagged.error;
  return code === 'REFERENCE_UNKNOWN' ? { kind: 'missing' } : { kind: 'failed', message, ...storeHint(tagged.error) };
}

const unknownCodes: Partial<Record<OciErrorCode, UnknownCode>> = {
  THROTTLED: 'CAPSULE_THROTTLED',
  UNAUTHORIZED: 'CAPSULE_FORBIDDEN',
  FORBIDDEN: 'CAPSULE_FORBIDDEN',
  CREDENTIALS_INVALID: 'CAPSULE_FORBIDDEN',
  REALM_UNTRUSTED: 'CAPSULE_FORBIDDEN',
  REDIRECT_REFUSED: 'CAPSULE_MISDIRECTED',
  ADDRESS_REFUSED: 'CAPSULE_MISDIRECTED',
};

function lookupFinding(error: OciError, what: string): Finding {
  switch (error.code) {
    case 'REFERENCE_UNKNOWN':
    case 'REPOSITORY_UNKNOWN':
    case 'BLOB_UNKNOWN':
      return refuted('CAPSULE_MISSING', `there is no capsule ${what}: ${error.message}`);
    case 'DIGEST_MISMATCH':
    case 'SIZE_MISMATCH':
      return refuted('DIGEST_DIFFERS', `what ${what} names is not what was stored: ${error.message}`);
    case 'LIMIT_EXCEEDED':
      return refuted('MANIFEST_TOO_LARGE', error.message);
    default:
      return unknown(unknownCodes[error.code] ?? 'CAPSULE_LOOKUP_FAILED', `${what}: ${error.message}`, storeHint(error));
  }
}

function noDigest(text: string): Finding {
  return refuted('DIGEST_DIFFERS', `${quote(text)} is not a SHA-256 digest of a capsule`);
}

function unnamed(): VerifyError {
  return new VerifyError('CAPSULE_UNNAMED', 'no tag and no digest say which capsule to verify', {
    hint: 'Give its reference with a tag or digest, or a Freight or image whose tag names it.',
  });
}
