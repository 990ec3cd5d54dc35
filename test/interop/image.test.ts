import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyGraph, MemoryStore, openRegistry } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushBuiltImage } from '../../packages/verifier/src/provenance/testing/built-image.ts';
import { githubAttestation, slsaGenerator } from '../../packages/verifier/src/provenance/testing/producers.ts';
import { Cosign } from './support/cosign.ts';
import { openRegistryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { failedCodes, parseReleased } from './support/released.ts';
import { Workbench } from './support/workbench.ts';

describe.each(openRegistryKinds)('an image that cosign has signed and attested, in $name', (kind) => {
  let workbench: Workbench;
  let registry: TestRegistry;
  let cosign: Cosign;

  beforeAll(async () => {
    workbench = await Workbench.open();
    cosign = new Cosign(workbench);
    await cosign.generateKeyPair('image');
    await cosign.generateKeyPair('stranger');
    registry = await kind.start();
    const from = { repository: 'https://github.com/example/hello', commit: workbench.commit };
    for (const [name, { predicate }] of Object.entries({ current: githubAttestation(from), former: slsaGenerator(from) })) {
      writeFileSync(join(workbench.path, `${name}.json`), JSON.stringify(predicate));
    }
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    workbench[Symbol.dispose]();
  });

  /** Pushes an image of two platforms, and a capsule for it; both have a repository of their own. */
  async function build(name: string): Promise<{ readonly image: string; readonly verify: () => Promise<readonly string[]> }> {
    const repository = `${registry.host}/${name}/hello`;
    const images = new MemoryStore();
    const index = await pushBuiltImage(images, [{ name: `${name}/amd64` }, { name: `${name}/arm64` }]);
    await copyGraph(images, openRegistry({ registry: registry.host, repository: `${name}/hello` }), index);
    const image = `${repository}:git-${workbench.commit}@${index.digest}`;
    const packing = workbench.releaseArguments(`${repository}-capsule`).map((argument) => (argument === workbench.image() ? image : argument));
    const { digest } = parseReleased(await workbench.succeed([...packing, '--image-name', 'ghcr.io/example/hello']));
    const signers = [{ key: 'image.pub' }];
    const policy = {
      apiVersion: 'release-capsule/v1',
      kind: 'Policy',
      capsule: { name: 'hello', signers: [{ key: 'keys/cosign.pub' }] },
      image: { repository, signers },
      require: { provenance: true, sbom: true },
    };
    writeFileSync(join(workbench.path, `${name}.yaml`), JSON.stringify(policy));
    const args = ['verify', `${repository}-capsule@${digest}`, '--policy', `${name}.yaml`, '--image', image, '--json'];
    return { image: `${repository}@${index.digest}`, verify: async () => failedCodes((await workbench.capsule(args)).stdout) };
  }

  test.each([
    ['slsaprovenance1', 'current'],
    ['slsaprovenance02', 'former'],
  ])('is accepted with its capsule, with provenance as %s', async (type, file) => {
    const { image, verify } = await build(file);

    expect(await verify()).toEqual(['IMAGE_UNSIGNED', 'PROVENANCE_MISSING']);
    await cosign.sign(image, 'image.key');
    expect(await verify()).toEqual(['PROVENANCE_MISSING']);
    await cosign.attest(image, 'image.key', { file: `${file}.json`, type });
    expect(await verify()).toEqual([]);
  });

  test('is accepted with its capsule where cosign 2 has done both, under tags of its own', async () => {
    const { image, verify } = await build('legacy');

    await cosign.signLegacy(image, 'image.key');
    expect(await verify()).toEqual(['PROVENANCE_MISSING']);
    await cosign.attestLegacy(image, 'image.key', { file: 'former.json', type: 'slsaprovenance02' });
    expect(await verify()).toEqual([]);
  });

  test('is refused where a stranger has done both', async () => {
    const { image, verify } = await build('stranger');

    await cosign.sign(image, 'stranger.key');
    await cosign.attest(image, 'stranger.key', { file: 'current.json', type: 'slsaprovenance1' });

    expect(await verify()).toEqual(['IMAGE_SIGNED_BY_OTHERS', 'PROVENANCE_UNTRUSTED']);
  });
});
