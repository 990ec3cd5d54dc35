import { PromoteError } from '../errors.ts';
import type { RendererName } from './renderer.ts';

interface VersionRange {
  readonly text: string;
  readonly atLeast: readonly [major: number, minor: number];
  /** The first major version that is not taken. */
  readonly below: number;
  /** Where people get the program. */
  readonly from: string;
}

/** Which versions are taken: older ones render other objects, newer ones are not known yet. */
export const versionRanges: Readonly<Record<RendererName, VersionRange>> = {
  kustomize: { text: '>=5.7 <6', atLeast: [5, 7], below: 6, from: 'https://kubectl.docs.kubernetes.io/installation/kustomize/' },
  helm: { text: '>=3.18 <5', atLeast: [3, 18], below: 5, from: 'https://helm.sh/docs/intro/install/' },
};

/**
 * Reads what `kustomize version` or `helm version` prints, and holds it to the range.
 * @returns the version without a leading `v` and without what follows a `+`.
 * @throws {PromoteError} `RENDERER_UNAVAILABLE`.
 */
export function readVersion(name: RendererName, printed: string, path: string): string {
  const version = /(?:^|[\s/{"])v?(\d{1,4})\.(\d{1,4})((?:\.\d{1,4})?(?:-[0-9A-Za-z.-]{1,32})?)/.exec(printed);
  const range = versionRanges[name];
  if (version === null) {
    throw unavailable(name, `${path} does not say which version it is: ${JSON.stringify(printed.slice(0, 80))}`);
  }
  const [, major = '', minor = '', rest = ''] = version;
  if (!isInRange([Number(major), Number(minor)], range)) {
    throw unavailable(name, `${path} is ${name} ${major}.${minor}${rest}, wanted ${range.text}`);
  }
  return `${major}.${minor}${rest}`;
}

/** Makes the error for a program that is missing or of another version. */
export function unavailable(name: RendererName, message: string): PromoteError {
  const { text, from } = versionRanges[name];
  return new PromoteError('RENDERER_UNAVAILABLE', message, {
    hint: `Install ${name} ${text} (${from}), or name the program with --${name} PATH.`,
  });
}

function isInRange([major, minor]: readonly [number, number], { atLeast, below }: VersionRange): boolean {
  const [leastMajor, leastMinor] = atLeast;
  return major < below && (major > leastMajor || (major === leastMajor && minor >= leastMinor));
}
