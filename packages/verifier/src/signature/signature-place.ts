import type { ReferrerSource } from '@release-capsule/oci';

/** Where a signature was found: in what list of referrers, or under the tag in which cosign kept them before. */
export type SignaturePlace = ReferrerSource | 'legacy-tag';

const texts: Readonly<Record<SignaturePlace, string>> = {
  'referrers-api': 'by the referrers API',
  'fallback-tag': 'under the fallback tag',
  layout: 'in the layout',
  'legacy-tag': 'under the legacy tag',
};

/** Says to people where a signature was found. */
export function placeText(place: SignaturePlace): string {
  return texts[place];
}
