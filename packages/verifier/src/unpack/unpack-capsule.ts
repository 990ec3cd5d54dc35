import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseLayer } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { flushDirectory } from './flush.ts';
import { TargetDirectory } from './target-directory.ts';
import { TreeWriter } from './tree-writer.ts';
import { contentOf, type VerifiedCapsule, type VerifiedContent } from './verified-capsule.ts';
import { writeFailed } from './write-failed.ts';

/** How a capsule is unpacked. */
export interface UnpackOptions {
  /** Replaces a target that exists. */
  readonly replace?: boolean;
  /** Flushes everything to the disk before the target appears. */
  readonly durable?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Where a capsule lies now. */
export interface UnpackedCapsule {
  readonly directory: string;
  /** The deploy package in it: the path to render from. */
  readonly packageDirectory: string;
  readonly files: number;
}

/**
 * Unpacks what a verification has accepted, from the bytes that it has accepted: the store is not read again.
 * The target appears whole, by one rename, or not at all.
 * @throws {VerifyError} `TARGET_EXISTS`, `TARGET_INVALID`, `WRITE_FAILED`, `SPOOL_CHANGED`, `ALREADY_DISPOSED`.
 */
export async function unpackCapsule(
  capsule: VerifiedCapsule,
  directory: string,
  options: UnpackOptions = {},
): Promise<UnpackedCapsule> {
  const content = contentOf(capsule);
  const isDurable = options.durable ?? false;
  const target = await TargetDirectory.prepare(directory, { replace: options.replace ?? false, isDurable });
  try {
    await writeTree(content, target.staging, { isDurable, signal: options.signal });
    await target.commit();
  } catch (error) {
    await target.discard();
    throw explain(error, target.path);
  }
  const packageDirectory = join(target.path, ...content.record.package.path.split('/'));
  return { directory: target.path, packageDirectory, files: content.files.length };
}

async function writeTree(
  { layer, manifest, limits }: VerifiedContent,
  root: string,
  { isDurable, signal }: { readonly isDurable: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const writer = new TreeWriter(root, { isDurable });
  try {
    const options = { mtime: manifest.createdAt, compressedBytes: layer.size, limits };
    await parseLayer(layer.read(signal), writer, options);
  } finally {
    writer.close();
  }
  await setImmediate(); // a Ctrl-C during the synchronous writes is heard only now
  signal?.throwIfAborted();
  if (!isDurable) return;
  for (const path of ['.', ...writer.directories].toReversed()) await flushDirectory(join(root, path));
}

function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'DIGEST_MISMATCH') {
    return new VerifyError('SPOOL_CHANGED', `the verified capsule changed before it was unpacked to ${path}`, {
      hint: 'The disk under the directory for temporary files is failing, or something writes to it.',
      cause: error,
    });
  }
  return 'syscall' in error ? writeFailed(path, error) : error;
}
