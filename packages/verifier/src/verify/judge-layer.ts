import { tmpdir } from 'node:os';
import { type Fetcher, OciError, Spool } from '@release-capsule/oci';
import {
  type CapsuleLimits,
  capsuleMediaTypes,
  type ContentFile,
  type ManifestOutline,
  maxJudgedFileBytes,
  type ReleaseRecord,
} from '@release-capsule/schema';
import { judgeArchive, layerFinding } from '../claims/archive.ts';
import { judgeImages } from '../claims/images.ts';
import { judgePackageDigest, judgePackagePath, judgeRecordFile } from '../claims/package.ts';
import { judgeSbom } from '../claims/sbom.ts';
import { judgeSelfContained } from '../claims/self-contained.ts';
import { judgeSourceProof } from '../claims/source-proof.ts';
import type { Finding } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { SpooledTree } from '../unpack/spooled-tree.ts';
import type { VerifyOptions } from './verify-options.ts';

/** What a layer is judged by. */
export interface JudgeLayerInput {
  readonly outline: ManifestOutline;
  readonly record: ReleaseRecord;
  readonly policy: Policy;
  readonly limits: CapsuleLimits;
  /** Hears each finding as soon as there is one. */
  readonly onFindings: (...found: readonly Finding[]) => void;
  readonly options: VerifyOptions;
}

/** What a layer holds. The owner of the tree closes it. */
export interface JudgedLayer {
  readonly tree: SpooledTree;
  readonly files: readonly ContentFile[];
}

/**
 * Fetches the layer into a private file, and only once its digest has been checked parses it, and judges the claims on
 * its content. The files are spooled in the same pass: neither store nor archive is read a second time. Returns nothing where
 * the archive could not be read.
 */
export async function judgeLayer(store: Fetcher, input: JudgeLayerInput): Promise<JudgedLayer | undefined> {
  const fetched = await fetchLayer(store, input);
  if (!(fetched instanceof Spool)) {
    input.onFindings(fetched);
    return undefined;
  }
  await using layer = fetched;
  const tree = await SpooledTree.open(input.options.temporaryDirectory ?? tmpdir());
  try {
    const judged = await judgeContent(layer, tree, input);
    if (judged === undefined) await tree.close();
    return judged;
  } catch (error) {
    await tree.close();
    throw error;
  }
}

async function fetchLayer(store: Fetcher, { outline, limits, options }: JudgeLayerInput): Promise<Spool | Finding> {
  const { signal, temporaryDirectory = tmpdir() } = options;
  try {
    const stream = await store.fetch({ mediaType: capsuleMediaTypes.layer, ...outline.layer }, signal);
    const spool = await Spool.fill(stream, { directory: temporaryDirectory, maxBytes: limits.maxLayerBytes, signal });
    if (spool.digest === outline.layer.digest && spool.size === outline.layer.size) return spool;
    await spool.close();
    // A store that does not keep its promise to check what it hands out.
    throw new OciError('DIGEST_MISMATCH', `the layer hashes to ${spool.digest}, not to ${outline.layer.digest}`);
  } catch (error) {
    if (error instanceof OciError && error.code !== 'STORAGE_FAILED') return layerFinding(error);
    throw error;
  }
}

async function judgeContent(layer: Spool, tree: SpooledTree, input: JudgeLayerInput): Promise<JudgedLayer | undefined> {
  const { outline: manifest, record, policy, limits, onFindings, options } = input;
  const archive = await judgeArchive(layer, { record, manifest, limits, also: tree, signal: options.signal });
  onFindings(archive.finding);
  const { content } = archive;
  if (content === undefined) return undefined;
  onFindings(judgeRecordFile(content, record), judgePackagePath(content, record), judgePackageDigest(content, record));
  const selfContained = await judgeSelfContained(content, record, {
    allowed: policy.allow.references,
    read: (path) => tree.readFile(path, maxJudgedFileBytes),
  });
  onFindings(...selfContained);
  const images = await judgeImages(content, record, {
    isLocked: policy.require.lockedImages,
    unlocked: policy.allow.unlockedImages,
    read: (path) => tree.readFile(path, limits.maxFileBytes),
  });
  onFindings(...images, judgeSourceProof(content, { record, manifest, source: policy.source }));
  if (policy.require.sbom) onFindings(judgeSbom(content, record));
  return { tree, files: content.files };
}
