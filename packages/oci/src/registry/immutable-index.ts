import type { OciDigest } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { fallbackTag } from '../fallback-tag.ts';

/**
 * Makes the error of a registry that keeps every tag as it is and lists no referrers: what was once listed under the
 * fallback tag of `subject` is all that can be.
 */
export function immutableIndex(refusal: OciError, host: string, subject: OciDigest): OciError {
  const tag = fallbackTag(subject);
  const what = `${host} keeps tags immutable and lists no referrers: nothing more can be attached to ${subject}, whose index ${tag} exists`;
  return new OciError('TAG_IMMUTABLE', `${what} (${refusal.message})`, {
    hint: 'Exempt the tags sha256-* from immutability, or use a registry that has the referrers API.',
    cause: refusal,
  });
}
