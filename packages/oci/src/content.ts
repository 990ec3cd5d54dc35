import { descriptorShape } from '@release-capsule/core';
import { assertArguments } from './assert-arguments.ts';
import type { Descriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { OciError } from './errors.ts';
import { inlineContent } from './inline-content.ts';
import type { Fetcher, Pusher } from './ports.ts';
import { verifyContent } from './verified-stream.ts';

/** The largest manifest that is read or written. Source: OCI distribution-spec v1.1.1, "Pushing Manifests". */
export const maxMetadataBytes: number = 4 * 1024 * 1024;

/** How much {@link readAll} may hold in memory. */
export interface ReadAllOptions {
  /** Bound on the content, in bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the whole content of a descriptor into memory, checked against size and digest whatever the store does.
 * Content that the descriptor carries inline is not fetched.
 * @throws {OciError} `LIMIT_EXCEEDED` before anything is read, `SIZE_MISMATCH`, `DIGEST_MISMATCH`, and what the
 * store throws.
 */
export async function readAll(store: Fetcher, descriptor: Descriptor, options: ReadAllOptions): Promise<Uint8Array> {
  const wanted = { store: ['fetch'], descriptor: descriptorShape, options: { maxBytes: 'amount', 'signal?': 'signal' } } as const;
  assertArguments(wanted, { store, descriptor, options });
  refuseBeyond(descriptor, options.maxBytes);
  const inline = inlineContent(descriptor);
  if (inline !== undefined) return inline;
  return gather(descriptor, { content: await store.fetch(descriptor, options.signal), ...options });
}

/**
 * Gathers content in memory, checked against size and digest.
 * @throws {OciError} `LIMIT_EXCEEDED` before anything is read, `SIZE_MISMATCH`, `DIGEST_MISMATCH`.
 */
export async function gather(
  expected: Descriptor,
  options: ReadAllOptions & { readonly content: AsyncIterable<Uint8Array> },
): Promise<Uint8Array> {
  refuseBeyond(expected, options.maxBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of verifyContent(expected, options.content, options.signal)) chunks.push(chunk);
  // Joined from what was read: a declared size never becomes an allocation.
  return Buffer.concat(chunks);
}

function refuseBeyond({ digest, size }: Descriptor, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new OciError('LIMIT_EXCEEDED', `${digest} has ${size} bytes, the limit is ${maxBytes}`);
}

/** Describes bytes: their media type, SHA-256 digest and size. */
export function describeContent(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** Makes the content factory that {@link Pusher.push} takes out of bytes in memory. */
export function contentOf(bytes: Uint8Array): () => AsyncIterable<Uint8Array> {
  return async function* () {
    yield bytes;
  };
}

/** Stores bytes and returns their descriptor. */
export async function pushBytes(
  store: Pusher,
  content: { readonly mediaType: string; readonly bytes: Uint8Array },
  signal?: AbortSignal,
): Promise<Descriptor> {
  const wanted = { store: ['exists', 'push'], content: { mediaType: 'text', bytes: 'bytes' }, 'signal?': 'signal' } as const;
  assertArguments(wanted, { store, content, signal });
  const descriptor = describeContent(content.mediaType, content.bytes);
  await store.push(descriptor, contentOf(content.bytes), signal);
  return descriptor;
}
