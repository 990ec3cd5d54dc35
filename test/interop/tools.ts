import { fileURLToPath } from 'node:url';

const binFolder = fileURLToPath(new URL('../../.tools/bin/', import.meta.url));

/** The programs that scripts/install-interop-tools.mjs always installs: without one of them the tests fail. */
export const requiredTools = [
  'cosign',
  'cosign2',
  'docker-registry',
  'fulcio',
  'helm',
  'htpasswd',
  'kustomize',
  'node22',
  'node26',
  'olareg',
  'oras',
  'referrers-registry',
  'regctl',
  'rekor-server',
  'skopeo',
  'timestamp-server',
] as const;

export type RequiredTool = (typeof requiredTools)[number];

/** Returns the path of a program, which may not be there: starting it then fails the test, as it should. */
export function toolPath(name: RequiredTool): string {
  return `${binFolder}${name}`;
}
