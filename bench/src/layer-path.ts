import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Release } from './bench.ts';

/** Finds a release's layer in its layout: the very bytes that both sides unpack. */
export function layerPath({ digest, reference }: Release): string {
  const directory = reference.slice('oci:'.length, reference.indexOf('@'));
  const blob = (of: string): string => join(directory, 'blobs', ...of.split(':'));
  return blob(layerDigest(readFileSync(blob(digest), 'utf8')));
}

/** Reads the digest of a manifest's one layer. */
export function layerDigest(manifest: string): string {
  const { layers } = JSON.parse(manifest) as { readonly layers: readonly { readonly digest: string }[] };
  const digest = layers[0]?.digest;
  if (digest === undefined) throw new Error('the manifest has no layer');
  return digest;
}
