import { createHash } from 'node:crypto';
import { canonicalJson } from '../../packages/capsule-schema/src/index.ts';

const imageId = 'SPDXRef-Image';
const notAnalysed = { filesAnalyzed: false, licenseConcluded: 'NOASSERTION', copyrightText: 'NOASSERTION' };

/**
 * Writes the image's SBOM: what it is made of by package, and each of its files by hash. Its time is the commit's and its
 * namespace is made from the image's digest: the same image has the same SBOM. Source: SPDX 2.3.
 */
export function imageSbom({ image, facts, platform, node, debian, npm, files }) {
  const packages = [nodePackage(node), ...debian.map((each) => debianPackage(each, platform)), ...npm.map(npmPackage)];
  const listed = files.map(fileElement);
  return canonicalJson({
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    dataLicense: 'CC0-1.0',
    name: `capsule-verify-${facts.version}`,
    documentNamespace: `https://release-capsule.dev/spdx/capsule-verify/${image.digest.replace(':', '-')}`,
    creationInfo: { created: facts.created, creators: ['Tool: release-capsule-image-v1'] },
    packages: [imagePackage(image, facts), ...packages],
    files: listed,
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', imageId),
      ...[...packages, ...listed].map(({ SPDXID }) => relationship(imageId, 'CONTAINS', SPDXID)),
    ],
  });
}

function imagePackage({ digest }, { source, commit, version }) {
  return {
    SPDXID: imageId,
    name: 'capsule-verify',
    versionInfo: version,
    primaryPackagePurpose: 'CONTAINER',
    downloadLocation: `git+${source}@${commit}`,
    checksums: [checksum('SHA256', digest.slice('sha256:'.length))],
    licenseDeclared: 'Apache-2.0',
    ...notAnalysed,
  };
}

function nodePackage({ version, packageName, sha256 }) {
  return {
    SPDXID: 'SPDXRef-Package-node',
    name: 'node',
    versionInfo: version,
    downloadLocation: 'https://nodejs.org/',
    sourceInfo: `bin/node of the npm package ${packageName} ${version}`,
    checksums: [checksum('SHA256', sha256)],
    licenseDeclared: 'MIT',
    externalRefs: [
      purl(`pkg:npm/${packageName}@${version}`),
      { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:-:*:*:*` },
    ],
    ...notAnalysed,
  };
}

function debianPackage({ name, version, source, license, sha256 }, { architecture }) {
  return {
    SPDXID: elementId('Debian', name),
    name,
    versionInfo: version,
    // Each builder has a mirror of its own; the SBOM is the same for all.
    downloadLocation: 'NOASSERTION',
    sourceInfo: `built from Debian's source package ${source.name} ${source.version}`,
    checksums: [checksum('SHA256', sha256)],
    licenseDeclared: license,
    externalRefs: [purl(`pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-13`)],
    ...notAnalysed,
  };
}

function npmPackage({ name, version, license }) {
  return {
    SPDXID: elementId('Npm', `${name}@${version}`),
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    licenseDeclared: license ?? 'NOASSERTION',
    externalRefs: [purl(`pkg:npm/${name.replace('@', '%40')}@${version}`)],
    ...notAnalysed,
  };
}

function fileElement({ path, bytes }) {
  const hash = (algorithm) => createHash(algorithm).update(bytes).digest('hex');
  return {
    SPDXID: elementId('File', path),
    fileName: `./${path}`,
    checksums: [checksum('SHA1', hash('sha1')), checksum('SHA256', hash('sha256'))],
    licenseConcluded: 'NOASSERTION',
    licenseInfoInFiles: ['NOASSERTION'],
    copyrightText: 'NOASSERTION',
  };
}

function elementId(kind, key) {
  return `SPDXRef-${kind}-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

function checksum(algorithm, checksumValue) {
  return { algorithm, checksumValue };
}

function purl(referenceLocator) {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
}

function relationship(spdxElementId, relationshipType, relatedSpdxElement) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}
