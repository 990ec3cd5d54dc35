import type { AcceptedSummary } from '../claims/summary.ts';
import type { ProvenCode } from '../findings/finding-code.ts';
import { type Finding, proven } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { SummarisedClaim } from './summary.ts';

/** What remains of a policy once a summary covers a part of it, and the findings that say so. */
export interface AppliedSummary {
  readonly findings: readonly Finding[];
  readonly policy: Policy;
}

/** Lists the claims that an accepted summary covers: it says that they were proven, and this policy asks for them. */
export function coveredClaims(claims: readonly SummarisedClaim[], { image, require }: Policy): readonly SummarisedClaim[] {
  const asked: Readonly<Record<SummarisedClaim, boolean>> = {
    SIGNATURE: true,
    // Provenance in an image is believed by the image's signature: judged anew, both must be.
    IMAGE_SIGNATURE: (image?.signers.length ?? 0) > 0 && (!require.provenance || claims.includes('PROVENANCE')),
    PROVENANCE: require.provenance,
    SBOM: require.sbom,
  };
  return claims.filter((claim) => asked[claim]);
}

/** Takes the claims that a summary covers out of a policy. They are not looked up, and their findings say so. */
export function applySummary(policy: Policy, covered: readonly SummarisedClaim[], summary: AcceptedSummary): AppliedSummary {
  const { image, require } = policy;
  const isImageSigned = covered.includes('IMAGE_SIGNATURE');
  return {
    findings: covered.map((claim) => bySummary(claim, summary)),
    policy: {
      ...policy,
      ...(image !== undefined && { image: isImageSigned ? { ...image, signers: [] } : image }),
      require: {
        ...require,
        provenance: require.provenance && !covered.includes('PROVENANCE'),
        sbom: require.sbom && !covered.includes('SBOM'),
      },
    },
  };
}

const codes: Readonly<Record<SummarisedClaim, ProvenCode>> = {
  SIGNATURE: 'SIGNATURE_BY_SUMMARY',
  IMAGE_SIGNATURE: 'IMAGE_SIGNED_BY_SUMMARY',
  PROVENANCE: 'PROVENANCE_BY_SUMMARY',
  SBOM: 'SBOM_BY_SUMMARY',
};

function bySummary(claim: SummarisedClaim, { by, releaseSigners }: AcceptedSummary): Finding {
  const evidence = { signers: releaseSigners.map(({ id, identity }) => identity ?? id) };
  return proven(codes[claim], `not looked up: the summary by ${signerLabel(by.signer)} says that it holds`, { evidence });
}
