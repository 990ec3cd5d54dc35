import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceRoot } from './rules/source-files.ts';

interface Manifest {
  readonly version: string;
  readonly private?: boolean;
}

const statusLine = /^\*\*Status: not published\.\*\* .*npm.*container image/;

/** The first version that is published is 1.0.0: until a package has it, there is nothing to install. */
function publishedVersions(): readonly string[] {
  const manifests = readdirSync(join(workspaceRoot, 'packages')).map((folder): Manifest => {
    return JSON.parse(readFileSync(join(workspaceRoot, 'packages', folder, 'package.json'), 'utf8'));
  });
  return manifests.filter(({ version, private: isPrivate }) => isPrivate !== true && !version.startsWith('0.')).map(({ version }) => version);
}

test('the README says right below its title that nothing is published, until something is', () => {
  const [title, , status = ''] = readFileSync(join(workspaceRoot, 'README.md'), 'utf8').split('\n');
  expect(title).toBe('# Release Capsule');
  expect(statusLine.test(status)).toBe(publishedVersions().length === 0);
});
