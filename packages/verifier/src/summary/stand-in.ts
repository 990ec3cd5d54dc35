import type { AcceptedSummary } from '../claims/summary.ts';
import type { ProvenCode } from '../findings/finding-code.ts';
import { type Finding, proven } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { SummarisedClaim } from './summary.ts';

/** What is left of a policy once a summary stands for a part of it, and the findings that say so. */
export interface StandIn {
  readonly findings: readonly Finding[];
  readonly policy: Policy;
}

/** Lists what an accepted summary stands for: of what it says was proven, what this policy asks for. */
export function standingClaims(claims: readonly SummarisedClaim[], { image, require }: Policy): readonly SummarisedClaim[] {
  const asked: Readonly<Record<SummarisedClaim, boolean>> = {
    SIGNATURE: true,
    // Provenance in an image is believed by the image's signature: judged anew, both must be.
    IMAGE_SIGNATURE: (image?.signers.length ?? 0) > 0 && (!require.provenance || claims.includes('PROVENANCE')),
    PROVENANCE: require.provenance,
    SBOM: require.sbom,
  };
  return claims.filter((claim) => asked[claim]);
}

/** Takes what a summary stands for out of a policy: it is not looked up, and its finding says so. */
export function standIn(policy: Policy, standing: readonly SummarisedClaim[], summary: AcceptedSummary): StandIn {
  const { image, require } = policy;
  const isImageSigned = standing.includes('IMAGE_SIGNATURE');
  return {
    findings: standing.map((claim) => bySummary(claim, summary)),
    policy: {
      ...policy,
      ...(image !== undefined && { image: isImageSigned ? { ...image, signers: [] } : image }),
      require: {
        ...require,
        provenance: require.provenance && !standing.includes('PROVENANCE'),
        sbom: require.sbom && !standing.includes('SBOM'),
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
