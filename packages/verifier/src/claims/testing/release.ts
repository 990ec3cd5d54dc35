import type { ReleaseRecord } from '@release-capsule/schema';
import type { Freight, FreightImage } from '../../freight/freight.ts';
import type { KeySigner, Policy } from '../../policy/policy.ts';

export const commit = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';
export const tag: string = `git-${commit}`;
export const appDigest = 'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
export const capsuleDigest = 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
export const lockedDigest = 'sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc';
export const otherDigest = 'sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd';

/** A record of an application and one locked image. */
export const record: ReleaseRecord & Required<Pick<ReleaseRecord, 'image'>> = {
  schemaVersion: 'release-capsule/v1',
  name: 'app',
  gitCommit: commit,
  image: { repoURL: 'ghcr.io/example/app', tag, digest: appDigest, names: [{ name: 'app' }] },
  images: [{ repoURL: 'docker.io/envoyproxy/envoy', digest: lockedDigest }],
  package: { kind: 'kustomize', path: 'package/kustomize', digest: otherDigest },
  metadata: { provenancePath: 'metadata/provenance.json', sbomPath: 'metadata/sbom.json' },
  source: {
    repoURL: 'https://github.com/example/app',
    path: 'k8s/kustomize',
    include: [],
    exclude: [],
    dereferenced: [],
    additions: [],
  },
  annotations: {},
};

export const signer: KeySigner = {
  kind: 'key',
  label: 'cosign.pub',
  fingerprint: 'sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',
  publicKeyPem: '',
  evidence: { logEntries: 0, timestamps: 0, scts: 0 },
};

/** A policy that states everything which {@link record} can be compared with. */
export const policy: Policy = {
  mode: 'enforce',
  capsule: { name: 'app', repository: 'ghcr.io/example/app-capsule', signers: [signer], threshold: 1 },
  image: { repository: 'ghcr.io/example/app', signers: [], threshold: 1, provenance: { signers: [signer], builders: [] } },
  source: { repository: 'https://github.com/example/app', path: 'k8s/kustomize', include: [], exclude: [] },
  packageKind: 'kustomize',
  require: { provenance: false, sbom: false, lineage: false, lockedImages: false },
  pairing: 'image',
  tagRule: 'git-commit',
  allow: { references: [], unlockedImages: [] },
  deny: [],
};

export const appImage: FreightImage = { repoURL: 'ghcr.io/example/app', tag, digest: appDigest };
export const capsuleImage: FreightImage = { repoURL: 'ghcr.io/example/app-capsule', tag, digest: capsuleDigest };
export const envoyImage: FreightImage = { repoURL: 'envoyproxy/envoy', tag: 'v1', digest: lockedDigest };

/** Makes a Freight of images. */
export function freightOf(...images: readonly FreightImage[]): Freight {
  return { images, commits: [], charts: [], artifacts: [] };
}
