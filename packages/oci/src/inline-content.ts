import type { Descriptor } from './descriptor.ts';
import { digestAlgorithm, digestOf } from './digest.ts';

/**
 * Decodes the content that a descriptor carries in `data`. Returns it only where it is what size and digest say;
 * otherwise nothing, and the content has to be fetched.
 * Source: OCI image-spec v1.1.1, descriptor.md, "Embedded Content".
 */
export function inlineContent(descriptor: Descriptor): Uint8Array | undefined {
  const { data, size, digest } = descriptor;
  // The length is compared first, so that a long text with a small declared size is never decoded.
  if (data === undefined || data.length !== Math.ceil(size / 3) * 4) return undefined;
  const bytes = Buffer.from(data, 'base64');
  // Buffer skips what is not base64; encoding it again shows whether anything was skipped.
  if (bytes.length !== size || bytes.toString('base64') !== data) return undefined;
  return digestOf(bytes, digestAlgorithm(digest)) === digest ? bytes : undefined;
}

/** Returns the descriptor with its content in `data`. */
export function withInlineContent(descriptor: Descriptor, content: Uint8Array): Descriptor {
  return { ...descriptor, data: Buffer.from(content).toString('base64') };
}
