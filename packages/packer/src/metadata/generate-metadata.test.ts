import { createHash } from 'node:crypto';
import { type ReleaseRecord, schemaVersion } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateProvenance } from './generate-provenance.ts';
import { generateSbom, type SbomContent } from './generate-sbom.ts';
import { imagePackageUrl } from './package-url.ts';

const commit = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const digest = (text: string) => `sha256:${hash('sha256', text)}` as const;

const record: ReleaseRecord = {
  schemaVersion,
  name: 'app',
  gitCommit: commit,
  image: { repoURL: 'ghcr.io/example/App', tag: `git-${commit}`, digest: digest('app'), names: [{ name: 'app' }] },
  images: [{ repoURL: 'localhost:5000/redis', digest: digest('redis') }],
  package: { kind: 'kustomize', path: 'package/kustomize', digest: digest('package') },
  metadata: { provenancePath: 'metadata/provenance.json', sbomPath: 'metadata/sbom.json' },
  source: {
    repoURL: 'https://github.com/example/app',
    path: 'k8s/kustomize',
    include: ['base/**'],
    exclude: [],
    dereferenced: [{ path: 'a.yaml', target: 'b.yaml' }],
    additions: [{ path: 'charts/redis.tgz', sha256: hash('sha256', 'chart'), reason: 'vendored' }],
  },
  annotations: { note: 'not metadata' },
};

const file = (path: string) => ({ path, sha256: hash('sha256', path), sha1: hash('sha1', path) });
const content: SbomContent = {
  files: [file('kustomization.yaml'), file('base/x.yaml')],
  charts: [{ name: 'redis', version: '1.2.3', directory: 'charts/redis' }],
  committedAt: 1_764_000_000,
};

const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8'));

describe('generateProvenance', () => {
  it('has the package as its one subject, by the digest of its files', () => {
    expect(read(generateProvenance(record)).subject).toEqual([
      { name: 'package/kustomize', digest: { dirHash: hash('sha256', 'package') } },
    ]);
  });

  it('names commit, images and additions as what went in', () => {
    const { resolvedDependencies, externalParameters } = read(generateProvenance(record)).predicate.buildDefinition;

    expect(resolvedDependencies).toEqual([
      { uri: `git+https://github.com/example/app@${commit}`, digest: { gitCommit: commit } },
      { uri: expect.stringMatching(/^pkg:oci\/app@sha256%3A/), digest: { sha256: hash('sha256', 'app') } },
      { uri: expect.stringMatching(/^pkg:oci\/redis@/), digest: { sha256: hash('sha256', 'redis') } },
      { name: 'charts/redis.tgz', digest: { sha256: hash('sha256', 'chart') }, annotations: { reason: 'vendored' } },
    ]);
    expect(externalParameters.source).toMatchObject({ commit, path: 'k8s/kustomize', include: ['base/**'] });
  });

  it('says nothing of when, where and by whom', () => {
    expect(Object.keys(read(generateProvenance(record)).predicate.runDetails)).toEqual(['builder']);
  });

  it('can be made without an application image', () => {
    const { image: _, ...withoutImage } = record;

    expect(read(generateProvenance(withoutImage)).predicate.buildDefinition.resolvedDependencies).toHaveLength(3);
  });
});

describe('generateSbom', () => {
  const sbom = read(generateSbom(record, content));

  it('takes its time from the commit and its namespace from commit and package', () => {
    expect(sbom.creationInfo).toEqual({ created: '2025-11-24T16:00:00Z', creators: ['Tool: release-capsule-v1'] });
    expect(sbom.documentNamespace).toBe(
      `https://release-capsule.dev/spdx/app/${commit}/sha256-${hash('sha256', 'package')}`,
    );
  });

  it('names each element once, and relates none that is not there', () => {
    const ids: string[] = ['SPDXRef-DOCUMENT', ...[...sbom.packages, ...sbom.files].map((each) => each.SPDXID)];

    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
    for (const { spdxElementId, relatedSpdxElement } of sbom.relationships) {
      expect(ids).toEqual(expect.arrayContaining([spdxElementId, relatedSpdxElement]));
    }
    expect(sbom.relationships).toHaveLength(ids.length - 1);
  });

  it('binds the package to its files as SPDX 2.3, section 7.9 does', () => {
    const sorted = [file('kustomization.yaml').sha1, file('base/x.yaml').sha1].sort().join('');

    expect(sbom.packages[0].packageVerificationCode.packageVerificationCodeValue).toBe(hash('sha1', sorted));
  });

  it('names the commit and directory that the package is from', () => {
    expect(sbom.packages[0].downloadLocation).toBe(`git+https://github.com/example/app@${commit}#k8s/kustomize`);
  });

  it('keeps two tags of one image apart', () => {
    const images = ['a', 'b'].map((tag) => ({ repoURL: 'ghcr.io/x/y', digest: digest('x'), tag }));
    const { packages } = read(generateSbom({ ...record, images }, content));

    expect(new Set(packages.map((each: { SPDXID: string }) => each.SPDXID)).size).toBe(packages.length);
  });

  it('gives the same bytes for any order of the files', () => {
    const paths = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }).filter((path) => path.isWellFormed()));
    fc.assert(
      fc.property(paths, fc.infiniteStream(fc.nat()), (names, order) => {
        const files = names.map(file);
        const shuffled = files
          .map((each) => ({ each, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);

        expect(generateSbom(record, { ...content, files: shuffled })).toEqual(
          generateSbom(record, { ...content, files }),
        );
      }),
    );
  });
});

describe('imagePackageUrl', () => {
  it('writes an image as the package URL specification asks', () => {
    expect(imagePackageUrl({ repoURL: 'docker.io/library/Debian', digest: 'sha256:244f', tag: 'latest' })).toBe(
      'pkg:oci/debian@sha256%3A244f?repository_url=docker.io/library/Debian&tag=latest',
    );
    expect(imagePackageUrl({ repoURL: 'localhost:5000/redis', digest: 'sha256:244f' })).toBe(
      'pkg:oci/redis@sha256%3A244f?repository_url=localhost%3A5000/redis',
    );
  });
});
