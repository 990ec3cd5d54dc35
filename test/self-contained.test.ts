import { createHash } from 'node:crypto';
import { MemoryStore } from '@release-capsule/oci';
import { beforeAll, describe, expect, it } from 'vitest';
import { appRepository, freightOf, packagePath, policyFor, release, smallKustomization, verify } from './releases/release.ts';
import { newKey, type TestKey } from './releases/signing.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
let key: TestKey;

beforeAll(async () => {
  key = await newKey();
});

async function claimOfSelfContained(files: Readonly<Record<string, string>>): Promise<unknown> {
  const store = new MemoryStore();
  const below = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${packagePath}/${path}`, text]));
  const { capsule, image } = await release(store, directory, { key, files: below });
  const verdict = await verify(store, freightOf(image, capsule), policyFor(key));
  if (verdict.accepted) await verdict.capsule.close();
  return verdict.findings.find(({ claim }) => claim === 'SELF_CONTAINED')?.state;
}

// The packer refuses what compresses as well as a bomb does.
function incompressible(characters: number): string {
  let text = '';
  while (text.length < characters) text += createHash('sha512').update(text.slice(-128)).digest('hex');
  return text;
}

describe('what pack accepts, verify accepts', () => {
  it('with a hundred files that are read only because a kustomization lists them', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `labels-${n}.yaml`);
    const transformer = 'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}\n';
    const files = Object.fromEntries(names.map((name) => [name, transformer]));

    expect(await claimOfSelfContained({ ...files, 'kustomization.yaml': JSON.stringify({ transformers: names }), 'image.yaml': `image: ${appRepository}` })).toBe('proven');
  });

  it('with large files that name no others', async () => {
    const large = incompressible(1024 * 1024 + 1);
    const files = { 'kustomization.yaml': smallKustomization, 'values.yaml': large };

    expect(await claimOfSelfContained({ ...files, 'unused.tgz': large.repeat(4) })).toBe('proven');
  });
});
