import { type Descriptor, type Fetcher, OciError, type ReadableStore } from '@release-capsule/oci';
import { type LegacyKind, legacyLayerTypes, legacyTag, parseDigest } from '@release-capsule/schema';
import { maxBundleBytes } from '../bundle.ts';
import { type DescribedReferrer, describeStatement } from '../describe-referrer.ts';
import { describeSigning } from '../describe-signing.ts';
import { type LegacyItem, openLegacyTag } from './open-legacy-tag.ts';
import { parseSimpleSigning } from './simple-signing.ts';

type LegacyStore = Fetcher & Pick<ReadableStore, 'resolve'>;

/**
 * Describes what cosign kept of a manifest under its legacy tags, signatures first, for people to look at. It judges
 * nothing.
 * @throws {OciError} where a tag cannot be looked up: that is not the same as that there is none.
 */
export async function describeLegacy(
  store: LegacyStore,
  subject: Descriptor,
  { maxLayers, signal }: { readonly maxLayers: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly DescribedReferrer[]> {
  const described: DescribedReferrer[] = [];
  for (const kind of ['signature', 'attestation'] as const) {
    const tag = legacyTag(parseDigest(subject.digest), kind);
    const manifest = await store.resolve(tag, signal).catch(noneIfUnknown);
    if (manifest === undefined) continue;
    const base = { digest: manifest.digest, artifactType: legacyLayerTypes[kind], place: 'legacy-tag' } as const;
    const options = { kind, budget: { left: 2 * maxBundleBytes }, maxLayers: maxLayers - described.length, signal };
    for await (const item of openLegacyTag(store, subject, options)) {
      if (described.length < maxLayers) described.push({ ...base, ...(await describeItem(item, kind)) });
    }
  }
  return described;
}

function noneIfUnknown(error: unknown): undefined {
  if (error instanceof OciError && error.code === 'REFERENCE_UNKNOWN') return undefined;
  throw error;
}

type Description = Pick<DescribedReferrer, 'kind' | 'predicateType' | 'signing'>;

async function describeItem({ content }: LegacyItem, kind: LegacyKind): Promise<Description> {
  if (content.kind !== 'bundle') return { kind: 'unreadable' };
  if (kind === 'attestation') return describeStatement(content);
  const isSignature = parseSimpleSigning(content.payload).kind === 'simple-signing';
  return isSignature ? { kind: 'signature', signing: await describeSigning(content) } : { kind: 'unreadable' };
}
