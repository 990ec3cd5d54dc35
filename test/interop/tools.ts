import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const toolFolder = fileURLToPath(new URL('../../.tools/', import.meta.url));

/** The programs that scripts/install-interop-tools.mjs always installs: without one of them the tests fail. */
export const requiredTools = [
  'actionlint',
  'cosign',
  'cosign2',
  'distribution',
  'docker-registry',
  'fulcio',
  'gpg',
  'helm',
  'helm3',
  'htpasswd',
  'ip',
  'kubectl-validate',
  'kustomize',
  'kustomize500',
  'kustomize571',
  'node22',
  'node26',
  'olareg',
  'oras',
  'reference-reader',
  'referrers-registry',
  'regctl',
  'rekor-server',
  'runc',
  'skopeo',
  'strace',
  'timestamp-server',
  'umoci',
  'yaml-reader',
] as const;

export type RequiredTool = (typeof requiredTools)[number];

/** Returns the path of a file in the source of a Go module that scripts/install-interop-tools.mjs downloads. */
export function sourcePath(name: 'cosign-source' | 'sigstore-go', path: string): string {
  return join(toolFolder, 'sources', name, path);
}

/** Returns the path of a program, which may not be there: starting it then fails the test, as it should. */
export function toolPath(name: RequiredTool): string {
  return join(toolFolder, 'bin', name);
}
