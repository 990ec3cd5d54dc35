import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const binFolder = fileURLToPath(new URL('../../.tools/bin/', import.meta.url));

/** The programs that scripts/install-interop-tools.mjs always installs: without one of them the tests fail. */
export const requiredTools = [
  'cosign',
  'docker-registry',
  'helm',
  'htpasswd',
  'kustomize',
  'node22',
  'node26',
  'referrers-registry',
  'regctl',
  'skopeo',
] as const;

/** The programs that not every module proxy serves: tests that need one are skipped where it is missing. */
export const electiveTools = ['olareg', 'oras'] as const;

export type RequiredTool = (typeof requiredTools)[number];
export type ElectiveTool = (typeof electiveTools)[number];

/** Returns the path of a program, which may not be there: starting it then fails the test, as it should. */
export function toolPath(name: RequiredTool | ElectiveTool): string {
  return `${binFolder}${name}`;
}

/** Tells whether an elective program is there, for `test.skipIf(!hasTool('oras'))`. */
export function hasTool(name: ElectiveTool): boolean {
  return existsSync(toolPath(name));
}
