import type { OciDigest } from './descriptor.ts';
import { digestAlgorithm, digestHex } from './digest.ts';

const maxHexLength = 64; // a tag has room for no more with the algorithm before it

/** Names the tag that stands in for the referrers API. Source: OCI distribution-spec v1.1.1, "Referrers Tag Schema". */
export function fallbackTag(subject: OciDigest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, maxHexLength)}`;
}
