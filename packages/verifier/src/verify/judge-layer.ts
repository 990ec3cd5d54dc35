import { type Fetcher, OciError, Spool } from '@release-capsule/oci';
import {
  type CapsuleLimits,
  type ContentFile,
  type ManifestOutline,
  mediaTypes,
  readContent,
  type ReleaseRecord,
  SchemaError,
} from '@release-capsule/schema';
import { judgeArchive, layerFinding } from '../claims/archive.ts';
import { judgePackageDigest, judgePackagePath, judgeRecordFile } from '../claims/package.ts';
import { judgeSelfContained } from '../claims/self-contained.ts';
import { judgeSourceProof } from '../claims/source-proof.ts';
import type { Finding } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import type { VerifyOptions } from './verify-options.ts';

/** What a layer is judged by. */
export interface JudgeLayerInput {
  readonly outline: ManifestOutline;
  readonly record: ReleaseRecord;
  readonly policy: Policy;
  readonly limits: CapsuleLimits;
  readonly options: VerifyOptions;
}

/** What judging a layer has found. The layer is there where it could be read; its owner closes it. */
export interface JudgedLayer {
  readonly findings: readonly Finding[];
  readonly layer?: { readonly layer: Spool; readonly files: readonly ContentFile[] };
}

/**
 * Fetches the layer into a private file, and only once its digest has been checked parses it and judges the claims on
 * its content.
 */
export async function judgeLayer(store: Fetcher, input: JudgeLayerInput): Promise<JudgedLayer> {
  const fetched = await fetchLayer(store, input);
  if (!(fetched instanceof Spool)) return { findings: [fetched] };
  try {
    return await judgeContent(fetched, input);
  } catch (error) {
    await fetched.close();
    throw error;
  }
}

async function fetchLayer(store: Fetcher, { outline, limits, options }: JudgeLayerInput): Promise<Spool | Finding> {
  const { signal, temporaryDirectory } = options;
  try {
    const stream = await store.fetch({ mediaType: mediaTypes.layer, ...outline.layer }, signal);
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

async function judgeContent(layer: Spool, input: JudgeLayerInput): Promise<JudgedLayer> {
  const { outline: manifest, record, policy, limits, options } = input;
  const archive = await judgeArchive(layer, { record, manifest, limits, signal: options.signal });
  const { content } = archive;
  if (content === undefined) {
    await layer.close();
    return { findings: [archive.finding] };
  }
  const findings = [
    archive.finding,
    judgeRecordFile(content, record),
    judgePackagePath(content, record),
    judgePackageDigest(content, record),
    ...(await judgeSelfContained(content, record, {
      allowed: policy.allow.externalReferences,
      readAgain: (path) => readAgain(layer, path, input),
    })),
    judgeSourceProof(content, { record, manifest, source: policy.source }),
  ];
  return { findings, layer: { layer, files: content.files } };
}

const maxAgainBytes = 1024 * 1024; // a generator's or transformer's configuration is a few lines

/** Reads one file by one more pass over the layer; undefined where it is too large to be judged. */
async function readAgain(
  layer: Spool,
  path: string,
  { record, outline, limits, options }: JudgeLayerInput,
): Promise<Uint8Array | undefined> {
  const keep = (candidate: string): number | undefined => (candidate === path ? maxAgainBytes : undefined);
  try {
    const again = await readContent(layer.read(options.signal), { record, manifest: outline, limits, keep });
    return again.kept.get(path);
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}
