import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutComments, workspaceRoot } from './source-files.ts';

const packages = {
  core: () => import('@release-capsule/core'),
  'capsule-schema': () => import('@release-capsule/schema'),
  oci: () => import('@release-capsule/oci'),
  packer: () => import('@release-capsule/packer'),
  promoter: () => import('@release-capsule/promoter'),
  verifier: () => import('@release-capsule/verifier'),
  'verifier/service': () => import('@release-capsule/verifier/service'),
} as const;

// A change here is a change of what others build on. Where it is meant: `npx vitest run test/rules -u`, and a changeset.
describe.each(Object.entries(packages))('the public surface of packages/%s', (folder, load) => {
  test('is the one recorded in test/rules/api', async () => {
    const values = Object.entries(await load()).map(([name, value]) => `${kindOf(value)} ${name}`);
    const surface = [...values, ...exportedTypes(folder).map((name) => `type ${name}`)].sort();
    await expect(`${surface.join('\n')}\n`).toMatchFileSnapshot(`api/${folder.replace('/', '-')}.txt`);
  });

  test('is listed name by name', () => {
    expect(withoutComments(readIndex(folder))).not.toMatch(/export\s*\*/);
  });
});

function kindOf(value: unknown): string {
  if (typeof value !== 'function') return 'const';
  return /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
}

/** Types leave no trace at run time, so they are read from the lists in index.ts. */
function exportedTypes(folder: string): readonly string[] {
  const lists = [...withoutComments(readIndex(folder)).matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)];
  return lists.flatMap(([, wholly, names = '']) => {
    const entries = names.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
    const types = wholly === undefined ? entries.filter((entry) => entry.startsWith('type ')) : entries;
    return types.map((entry) => entry.replace(/^type /, '').replace(/^.* as /, ''));
  });
}

function readIndex(folder: string): string {
  const [name = '', ...subPath] = folder.split('/');
  return readFileSync(join(workspaceRoot, 'packages', name, 'src', ...subPath, 'index.ts'), 'utf8');
}
