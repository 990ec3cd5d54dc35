import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { readSbomSubjects } from './sbom-subjects.ts';
import { spdxHead } from './testing/spdx.ts';

const hex = 'ab'.repeat(32);
const digest = `sha256:${hex}`;
const other = `sha256:${'cd'.repeat(32)}`;

const part = { SPDXID: 'SPDXRef-Part', name: 'part', checksums: [{ algorithm: 'SHA256', checksumValue: 'cd'.repeat(32) }] };
const describes = { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Root' };

function spdx(root: object, more: object = { relationships: [describes] }): unknown {
  return { ...spdxHead, packages: [part, { SPDXID: 'SPDXRef-Root', name: 'root', ...root }], ...more };
}

function cyclonedx(component: object): unknown {
  return { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component }, components: [{ purl: `pkg:oci/a@${other}` }] };
}

const read = (sbom: unknown) => readSbomSubjects(Buffer.from(JSON.stringify(sbom))).digests;
const purl = (locator: string) => ({ externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }] });

describe('readSbomSubjects', () => {
  // The shapes are those of the tools named, by their published formats.
  it.each([
    ["the package of a capsule's own SBOM", spdx({ externalRefs: [{ referenceCategory: 'OTHER', referenceType: 'dirHash', referenceLocator: digest }] })],
    ['an image as syft 1.x writes SPDX', spdx({ versionInfo: digest, checksums: [{ algorithm: 'SHA256', checksumValue: hex }], primaryPackagePurpose: 'CONTAINER' })],
    ['an image as trivy 0.6x writes SPDX', spdx(purl(`pkg:oci/app@sha256%3A${hex}?arch=amd64&repository_url=ghcr.io%2Fexample%2Fapp`))],
    ['an image whose package URL is not encoded', spdx(purl(`pkg:oci/app@${digest}?tag=v1`))],
    ['what documentDescribes names', spdx({ versionInfo: digest }, { documentDescribes: ['SPDXRef-Root'] })],
    ['what is DESCRIBED_BY the document', spdx({ versionInfo: digest }, {
      relationships: [{ spdxElementId: 'SPDXRef-Root', relationshipType: 'DESCRIBED_BY', relatedSpdxElement: 'SPDXRef-DOCUMENT' }],
    })],
    ['an image as syft 1.x writes CycloneDX', cyclonedx({ type: 'container', name: 'ghcr.io/example/app', version: digest })],
    ['an image as trivy 0.6x writes CycloneDX', cyclonedx({ type: 'container', purl: `pkg:oci/app@sha256%3A${hex}?arch=amd64` })],
    ['what CycloneDX hashes', cyclonedx({ hashes: [{ alg: 'SHA-256', content: hex.toUpperCase() }] })],
  ])('finds %s', (_what, sbom) => {
    expect(read(sbom)).toEqual([digest]);
  });

  it.each([
    ['a part of what is described', spdx({})],
    ['what is described by another element', spdx({ versionInfo: digest }, { relationships: [{ ...describes, spdxElementId: 'SPDXRef-Part' }] })],
    ['what the document only contains', spdx({ versionInfo: digest }, { relationships: [{ ...describes, relationshipType: 'CONTAINS' }] })],
    ['a checksum of another kind', spdx({ checksums: [{ algorithm: 'SHA1', checksumValue: hex }, { algorithm: 'SHA512', checksumValue: hex }] })],
    ['a package of another type', spdx(purl(`pkg:npm/app@${digest}`))],
    ['a digest in a qualifier', spdx(purl(`pkg:oci/app@v1?tag=@${digest}`))],
    ['a version that is no digest', cyclonedx({ version: '1.0' })],
    ['a component of CycloneDX', cyclonedx({})],
    ['lists that are none', spdx({ checksums: { algorithm: 'SHA256' }, externalRefs: 'x' })],
  ])('does not take %s for the subject', (_what, sbom) => {
    expect(read(sbom)).toEqual([]);
  });

  it('gives digests or a typed error for any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom('packages', 'relationships', 'documentDescribes', 'name'), fc.jsonValue(), (key, value) => {
        try {
          expect(read({ ...spdxHead, [key]: value })).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});
