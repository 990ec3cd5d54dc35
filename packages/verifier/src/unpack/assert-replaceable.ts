import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { defaultLimits, parseReleaseYaml, quote, recordPath } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';

const capsuleEntries: ReadonlySet<string> = new Set([recordPath, 'package', 'metadata']);

// A link may lead anywhere, and opening a pipe without O_NONBLOCK would wait for ever. Windows has neither.
const safeRead = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Refuses to replace a directory that is not an unpacked capsule: a mistyped or empty variable in a script must not delete a checkout or a
 * home directory. An unpacked capsule holds nothing but its own entries, and its `release.yaml` is a release record.
 * @throws {VerifyError} `TARGET_INVALID`.
 */
export async function assertReplaceable(path: string, workingDirectory: string = process.cwd()): Promise<void> {
  if (await isIn(path, workingDirectory)) throw refuse(path, 'the working directory is in it');
  const foreign = (await readdir(path)).find((name) => !capsuleEntries.has(name));
  if (foreign !== undefined) throw refuse(path, `it holds ${quote(foreign)}, which is not part of a capsule`);
  await assertRecord(path);
}

/** Whatever links either is named by. */
async function isIn(path: string, inner: string): Promise<boolean> {
  const names = relative(await realpath(path), await realpath(inner)).split(sep);
  return names[0] !== '..' && !isAbsolute(names.join(sep)); // another drive of Windows is absolute
}

async function assertRecord(path: string): Promise<void> {
  let text: Uint8Array;
  try {
    text = await readRecord(join(path, recordPath));
  } catch (cause) {
    throw refuse(path, `its ${recordPath} cannot be read: ${messageOf(cause)}`, cause);
  }
  try {
    parseReleaseYaml(text);
  } catch (cause) {
    throw refuse(path, `its ${recordPath} is not a release record: ${messageOf(cause)}`, cause);
  }
}

async function readRecord(path: string): Promise<Uint8Array> {
  await using file = await open(path, safeRead);
  const { size } = await file.stat().then((stat) => (stat.isFile() ? stat : Promise.reject(new Error('it is not a regular file'))));
  if (size > defaultLimits.maxRecordBytes) throw new Error(`it has ${size} bytes; a record has at most ${defaultLimits.maxRecordBytes}`);
  const buffer = Buffer.alloc(size); // a file that grows meanwhile is read no further
  const { bytesRead } = await file.read(buffer, 0, size, 0);
  return buffer.subarray(0, bytesRead);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function refuse(path: string, why: string, cause?: unknown): VerifyError {
  return new VerifyError('TARGET_INVALID', `${path} is not replaced: ${why}`, {
    hint: '--replace replaces only an unpacked capsule. Name another directory, or look at this one and remove it yourself.',
    cause,
  });
}
