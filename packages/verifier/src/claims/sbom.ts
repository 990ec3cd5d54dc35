import { type CapsuleContent, readSbomSubjects, type ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import { findingOf } from './schema-finding.ts';

/**
 * Judges SBOM: the one in the capsule describes, by digest, the capsule's package or the application image of its record.
 * To be judged only where it is asked for: an SBOM that was handed to the packer may be of anything.
 */
export function judgeSbom({ kept }: Pick<CapsuleContent, 'kept'>, record: ReleaseRecord): Finding {
  try {
    const { digests } = readSbomSubjects(kept.get(record.metadata.sbomPath) ?? new Uint8Array());
    return judgeSubjects(digests, record);
  } catch (error) {
    return findingOf(error, 'SBOM_MALFORMED');
  }
}

const maxNamed = 8; // in the evidence: whoever wrote the SBOM could have described any number of things

function judgeSubjects(digests: readonly string[], { image, package: { digest } }: ReleaseRecord): Finding {
  if (digests.includes(digest)) {
    return proven('SBOM_DESCRIBES_PACKAGE', 'the SBOM describes the package of this release', { evidence: { digest } });
  }
  if (image !== undefined && digests.includes(image.digest)) {
    return proven('SBOM_DESCRIBES_IMAGE', 'the SBOM describes the image of this release', { evidence: { digest: image.digest } });
  }
  const wanted = image === undefined ? digest : `${digest} (the package) or ${image.digest} (the image)`;
  const evidence = { wanted, got: digests.slice(0, maxNamed) };
  const [first] = digests;
  if (first === undefined) return refuted('SBOM_NO_SUBJECT', `the SBOM names nothing by digest, wanted ${wanted}`, { evidence });
  return refuted('SBOM_OTHER_SUBJECT', `the SBOM describes ${first}, wanted ${wanted}`, { evidence });
}
