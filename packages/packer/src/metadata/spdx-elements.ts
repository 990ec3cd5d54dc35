import { createHash } from 'node:crypto';
import type { JsonValue } from '@release-capsule/schema';
import { chartPackageUrl, imagePackageUrl, type NamedImage } from './package-url.ts';

/** A file of the package with the hashes that SPDX asks for. */
export interface SbomFile {
  /** Below the package's root. */
  readonly path: string;
  /** 64 lower-case hexadecimal digits, of the bytes. */
  readonly sha256: string;
  /** 40 lower-case hexadecimal digits, of the bytes: SPDX 2.3, section 8.4 demands it; no decision rests on it. */
  readonly sha1: string;
}

/** A chart that lies in the package. */
export interface SbomChart {
  readonly name: string;
  readonly version: string;
  /** Below the package's root. */
  readonly directory: string;
}

/** Identifies an element by what it is, so that a file more changes no other element's name. */
export function elementId(kind: 'File' | 'Image' | 'Chart', key: string): string {
  return `SPDXRef-${kind}-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** Describes a file. Source: SPDX 2.3, section 8. */
export function fileElement({ path, sha256, sha1 }: SbomFile): { readonly [key: string]: JsonValue } {
  return {
    SPDXID: elementId('File', path),
    fileName: `./${path}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: sha1 },
      { algorithm: 'SHA256', checksumValue: sha256 },
    ],
    licenseConcluded: 'NOASSERTION',
    licenseInfoInFiles: ['NOASSERTION'],
    copyrightText: 'NOASSERTION',
  };
}

/** Describes an image that the package may run. Source: SPDX 2.3, section 7. */
export function imageElement(image: NamedImage): { readonly [key: string]: JsonValue } {
  return {
    SPDXID: elementId('Image', `${image.repoURL}:${image.tag ?? ''}@${image.digest}`),
    name: image.repoURL,
    versionInfo: image.tag ?? image.digest,
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: image.digest.slice('sha256:'.length) }],
    externalRefs: [packageUrl(imagePackageUrl(image))],
    ...unanalysed,
  };
}

/** Describes a chart that is vendored in the package. */
export function chartElement(chart: SbomChart): { readonly [key: string]: JsonValue } {
  return {
    SPDXID: elementId('Chart', chart.directory),
    name: chart.name,
    versionInfo: chart.version,
    sourceInfo: `vendored at ${chart.directory}`,
    externalRefs: [packageUrl(chartPackageUrl(chart.name, chart.version))],
    ...unanalysed,
  };
}

/** Computes the code that binds a package to its files. Source: SPDX 2.3, section 7.9. */
export function packageVerificationCode(files: readonly SbomFile[]): string {
  const sorted = files.map(({ sha1 }) => sha1).sort();
  return createHash('sha1').update(sorted.join('')).digest('hex');
}

const unanalysed = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
};

function packageUrl(locator: string): JsonValue {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator };
}
