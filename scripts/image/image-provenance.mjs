import { canonicalJson, predicateTypes, attestationTypes } from '../../packages/capsule-schema/src/index.ts';

const buildType = 'https://release-capsule.dev/build-types/image/v1';
const builderId = 'https://release-capsule.dev/builders/image/v1';

/**
 * Writes the image's provenance: the commit, and everything of others that went in, by digest. It says nothing of clock,
 * host or run, so that who builds the image again gets the same one; who has run the build is for a signature to say.
 * Source: in-toto Attestation Framework v1, Statement; SLSA v1.1, build provenance.
 */
export function imageProvenance({ image, facts, platform, node, debian, lockfile }) {
  const { source, commit, revision } = facts;
  const isCommit = commit === revision;
  return canonicalJson({
    _type: attestationTypes.statement,
    subject: [{ name: 'capsule-verify', digest: { sha256: image.digest.slice('sha256:'.length) } }],
    predicateType: predicateTypes.provenance,
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: {
          source: { repository: source, path: 'scripts/build-image.mjs', ...(isCommit ? { commit } : { revision }) },
          platform: { os: 'linux', architecture: platform.architecture },
        },
        resolvedDependencies: [
          ...(isCommit ? [{ uri: `git+${source}@${commit}`, digest: { gitCommit: commit } }] : []),
          { uri: `pkg:npm/${node.packageName}@${node.version}`, name: 'bin/node', digest: { sha256: node.sha256 } },
          ...debian.map(debianDependency),
          { name: 'pnpm-lock.yaml', digest: { sha256: lockfile } },
        ],
      },
      runDetails: { builder: { id: builderId } },
    },
  });
}

function debianDependency({ name, version, sha256 }) {
  return { uri: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?distro=debian-13`, digest: { sha256 } };
}
