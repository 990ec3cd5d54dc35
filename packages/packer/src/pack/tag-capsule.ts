import { descriptorShape } from '@release-capsule/core';
import { type Descriptor, OciError, type Store, type TagCreator } from '@release-capsule/oci';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import { resolveIfThere } from './resolve-if-there.ts';

/**
 * Points a tag at a capsule, once and for all: a tag of the same digest is left alone, one of another digest is
 * refused. It is read again afterwards, since a registry without immutable tags lets another writer win in between.
 * Source: docs/format.md, "Where a capsule lives".
 * @throws {PackError} `OPTION_INVALID`, `TAG_TAKEN`, `TAG_LOST`; {OciError} what the store throws.
 */
export async function tagCapsule(
  store: Store,
  capsule: Descriptor,
  tag: string,
  signal?: AbortSignal,
): Promise<'set' | 'unchanged'> {
  const wanted = { store: ['resolve', 'tag'], capsule: descriptorShape, tag: 'text', 'signal?': 'signal' } as const;
  assertArguments(wanted, { store, capsule, tag, signal });
  const before = (await resolveIfThere(store, tag, signal))?.digest;
  if (before === capsule.digest) return 'unchanged';
  if (before !== undefined) throw taken(tag, before, capsule.digest);
  await setTag(store, capsule, tag, signal);
  const after = (await resolveIfThere(store, tag, signal))?.digest;
  if (after === capsule.digest) return 'set';
  throw lost(`another writer moved the tag ${tag} to ${after ?? 'nothing'} while it was set`);
}

/** A store that holds writers apart refuses the second of two; of any other the tag is read again afterwards. */
async function setTag(store: Store | (Store & TagCreator), capsule: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
  if (!('createTag' in store)) return store.tag(capsule, tag, signal);
  try {
    await store.createTag(capsule, tag, signal);
  } catch (cause) {
    if (!(cause instanceof OciError) || cause.code !== 'TAG_CONFLICT') throw cause;
    throw lost(`another writer set the tag ${tag} first: ${cause.message}`, cause);
  }
}

function lost(message: string, cause?: unknown): PackError {
  return new PackError('TAG_LOST', message, {
    hint: 'Two jobs release the same commit at once, with different results. Let one of them run, and look why they differ.',
    cause,
  });
}

function taken(tag: string, got: string, wanted: string): PackError {
  return new PackError('TAG_TAKEN', `the tag ${tag} already names ${got}, wanted ${wanted}`, {
    hint: 'A released capsule never changes. Pack exactly what was packed before, or release a new commit.',
  });
}
