import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { mediaTypes } from '../media-types.ts';
import { refNameKey } from './layout-index.ts';

/**
 * Tells where an entry of `index.json` contradicts the referrer that it names. An entry takes over the manifest's
 * annotations as they are, or none of them: with some of them, or with other values, it was changed. Annotations that
 * only the entry has are a tool's own.
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 */
export function findContradiction(entry: Descriptor | undefined, referrer: Descriptor): OciError | undefined {
  const stated = entry?.annotations ?? {};
  const own = Object.entries(referrer.annotations ?? {}).filter(([key]) => key !== refNameKey);
  const same = own.filter(([key, value]) => Object.hasOwn(stated, key) && stated[key] === value);
  const isTakenOver = own.some(([key]) => Object.hasOwn(stated, key));
  const differs = isTakenOver && same.length < own.length;
  const type = entry?.artifactType;
  // go-containerregistry before 0.22.1, and so older cosign, lists the config's type instead.
  const isOtherType = type !== undefined && type !== referrer.artifactType && type !== mediaTypes.empty;
  if (!differs && !isOtherType) return undefined;
  const what = isOtherType ? 'artifact type' : 'annotations';
  return new OciError('MANIFEST_INVALID', `the index states other ${what} than the manifest ${referrer.digest} has`, {
    hint: 'The index was damaged or edited. Copy the artifact into the layout again.',
  });
}
