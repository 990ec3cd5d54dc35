import { tmpdir } from 'node:os';
import type { Descriptor, Store } from '@release-capsule/oci';
import { type CapsuleLimits, defaultLimits, formatRelease, lockFileName, maxLockBytes, type ReleaseRecord } from '@release-capsule/schema';
import { storeMethods } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import type { Source, SourcePackage } from '../source/source.ts';
import { assertDeployable } from './assert-deployable.ts';
import { assertPackedContent } from './assert-packed-content.ts';
import { capsuleFiles } from './capsule-files.ts';
import { checkCommitTime } from './check-commit-time.ts';
import { hashFiles } from './hash-files.ts';
import { makeMetadata } from './make-metadata.ts';
import { makeRecord } from './make-record.ts';
import { nameImages } from './name-images.ts';
import { type PackOptions, packOptionsShape } from './pack-options.ts';
import type { PackWarning } from './pack-warning.ts';
import { packageKind } from './package-kind.ts';
import { rememberSmallFiles } from './remember-small-files.ts';
import { describeCapsule, pushCapsule, spoolLayer } from './store-capsule.ts';
import { uncommittedWarnings } from './uncommitted-warnings.ts';

/** A capsule that lies in its store, by digest and with no tag yet. */
export interface PackedCapsule {
  readonly descriptor: Descriptor;
  readonly record: ReleaseRecord;
  /** The layer's compressed size in bytes. */
  readonly layerBytes: number;
  /** How many files the deploy package has. */
  readonly packageFiles: number;
  /** What was packed although it may be a mistake. */
  readonly warnings: readonly PackWarning[];
}

/**
 * Freezes a package at a commit into a capsule: the same commit and options give the same bytes on every machine.
 * Nothing is stored until the capsule has been read back and judged as a verifier would judge it.
 * Source: docs/format.md.
 * @throws {PackError} `OPTION_INVALID`, and more in docs/errors.md; {SchemaError} where the format refuses a file, name
 * or time; {OciError} what the store throws.
 */
export async function packCapsule(source: Source, store: Store, options: PackOptions): Promise<PackedCapsule> {
  const wanted = { source: ['open'], store: storeMethods, options: packOptionsShape };
  assertArguments(wanted, { source, store, options });
  const { limits = defaultLimits, now = () => new Date(), temporaryDirectory = tmpdir(), signal } = options;
  options.onProgress?.('read');
  const opened = await openSource(source, options, limits);
  const uncommitted = warn(uncommittedWarnings(opened.uncommitted ?? []), options);
  const files = rememberSmallFiles(opened.files);
  checkCommitTime(opened, now());
  const kind = packageKind(files, options.kind);

  options.onProgress?.('hash');
  await assertDeployable(files, options);
  const hashed = await hashFiles(files, signal);
  const { image, images, warnings } = await nameImages(files, kind, { ...options, lock: opened.lock });
  warn(warnings, options);
  const record = makeRecord(opened, hashed, kind, { ...options, image, images });
  const metadata = await makeMetadata(record, { ...opened, files }, hashed, options);

  options.onProgress?.('compress');
  const entries = capsuleFiles(record, formatRelease(record), metadata, files);
  await using layer = await spoolLayer(entries, { mtime: opened.committedAt, limits, temporaryDirectory, signal });
  const { manifest, descriptor } = describeCapsule(record, layer, opened.committedAt);

  options.onProgress?.('check');
  await assertPackedContent(manifest, layer, limits, signal);

  options.onProgress?.('store');
  await pushCapsule(store, { record, layer, manifest, descriptor }, signal);
  return { descriptor, record, layerBytes: layer.size, packageFiles: files.length, warnings: [...uncommitted, ...warnings] };
}

function warn(warnings: readonly PackWarning[], { onWarning }: PackOptions): readonly PackWarning[] {
  for (const warning of warnings) onWarning?.(warning);
  return warnings;
}

function openSource(source: Source, options: PackOptions, limits: CapsuleLimits): Promise<SourcePackage> {
  const selection = {
    path: options.packagePath,
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    dereference: options.dereference ?? false,
    maxFileBytes: limits.maxFileBytes,
    lock: { path: options.lockPath ?? lockFileName, maxBytes: maxLockBytes },
  };
  return source.open(selection, options.signal);
}
