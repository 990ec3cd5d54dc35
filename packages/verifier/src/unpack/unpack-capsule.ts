import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { quote } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import { flushDirectory } from './flush.ts';
import type { SpooledEntry, SpooledTree } from './spooled-tree.ts';
import { TargetDirectory } from './target-directory.ts';
import { TreeWriter } from './tree-writer.ts';
import { contentOf, type VerifiedCapsule, type VerifiedContent } from './verified-capsule.ts';
import { writeFailed } from './write-failed.ts';

/** How a capsule is unpacked. */
export interface UnpackOptions {
  /** Replaces a target that exists, if it is an unpacked capsule. */
  readonly replace?: boolean | undefined;
  /** Flushes everything to the disk before the target appears. */
  readonly durable?: boolean | undefined;
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
 * @throws {VerifyError} `OPTION_INVALID`, `TARGET_EXISTS`, `TARGET_INVALID`, `WRITE_FAILED`, `SPOOL_CHANGED`, `ALREADY_DISPOSED`.
 */
export async function unpackCapsule(
  capsule: VerifiedCapsule,
  directory: string,
  options: UnpackOptions = {},
): Promise<UnpackedCapsule> {
  const shape = { 'replace?': 'boolean', 'durable?': 'boolean', 'signal?': 'signal' } as const;
  assertArguments({ capsule: 'object', directory: 'text', options: shape }, { capsule, directory, options });
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

const entriesBetweenPauses = 256; // a few milliseconds of work, then a Ctrl-C is heard

async function writeTree(
  { tree, files }: VerifiedContent,
  root: string,
  { isDurable, signal }: { readonly isDurable: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const writer = new TreeWriter(root, { isDurable });
  const judged = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  try {
    for (const [index, entry] of tree.entries.entries()) {
      if (index % entriesBetweenPauses === 0) await setImmediate();
      signal?.throwIfAborted();
      if (writeEntry(writer, entry, tree) !== judged.get(entry.path)) throw spoolChanged(entry.path);
    }
  } finally {
    writer.close();
  }
  await setImmediate(); // a Ctrl-C during the synchronous writes is heard only now
  signal?.throwIfAborted();
  if (!isDurable) return;
  for (const path of ['.', ...writer.directories].toReversed()) await flushDirectory(join(root, path));
}

/** Writes an entry out; for a file, returns the SHA-256 of what was written. */
function writeEntry(writer: TreeWriter, entry: SpooledEntry, tree: SpooledTree): string | undefined {
  writer.beginEntry(entry);
  if (entry.kind === 'directory') return undefined;
  const hash = createHash('sha256');
  for (const piece of tree.read(entry)) {
    hash.update(piece);
    writer.fileData(piece);
  }
  writer.endEntry();
  return hash.digest('hex');
}

function spoolChanged(path: string): VerifyError {
  return new VerifyError('SPOOL_CHANGED', `${quote(path)} changed between verification and unpacking`, {
    hint: 'The disk under the directory for temporary files is failing, or something writes to it.',
  });
}

function explain(error: unknown, path: string): unknown {
  return error instanceof Error && 'syscall' in error ? writeFailed(path, error) : error;
}
