import { parseDigest } from '../digest.ts';
import { type ReleaseRecord, schemaVersion } from '../record/release-record.ts';

const commit = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';

/** A valid record with every key in use; `overrides` replaces whole top-level members. */
export function exampleRecord(overrides: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    schemaVersion,
    name: 'app',
    gitCommit: commit,
    image: { repoURL: 'ghcr.io/example/app', tag: `git-${commit}`, digest: digestOf('1'), names: [{ name: 'app' }] },
    images: [{ repoURL: 'docker.io/library/redis', digest: digestOf('2'), tag: '7.4', names: [{ name: 'redis', tag: '7.4' }] }],
    package: { kind: 'kustomize', path: 'package/kustomize', digest: digestOf('3') },
    metadata: {
      provenancePath: 'metadata/provenance.json',
      sbomPath: 'metadata/sbom.json',
      sourceProofPath: 'metadata/source-proof.json',
    },
    source: {
      repoURL: 'https://github.com/example/app',
      path: 'k8s/kustomize',
      tree: 'a'.repeat(40),
      include: ['base/**'],
      exclude: [],
      dereferenced: [{ path: 'base/link.yaml', target: '../shared/real.yaml' }],
      additions: [{ path: 'charts/redis.tgz', sha256: 'b'.repeat(64), reason: 'vendored' }],
    },
    annotations: { team: 'payments' },
    ...overrides,
  };
}

function digestOf(digit: string): ReturnType<typeof parseDigest> {
  return parseDigest(`sha256:${digit.repeat(64)}`);
}
