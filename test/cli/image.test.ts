import { copyGraph, type Descriptor, MemoryStore, openLayout, openRegistry } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { pushBuiltImage } from '../../packages/verifier/src/provenance/testing/built-image.ts';
import { slsaGenerator } from '../../packages/verifier/src/provenance/testing/producers.ts';
import { attest } from '../releases/attest.ts';
import { newKey, signBlindly } from '../releases/signing.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let registry: FakeRegistry;
let images: MemoryStore;
let image: Descriptor;
/** The image with tag and digest. */
let reference: string;

beforeAll(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start();
  images = new MemoryStore();
  image = await pushBuiltImage(images, [{ name: 'amd64' }]);
  reference = `${registry.host}/example/app:${bench.tag}@${image.digest}`;
  const key = await newKey();
  bench.write('image.pub', key.publicKeyPem);
  await signBlindly(images, image, key);
  await attest(images, image, key, slsaGenerator({ repository: 'https://github.com/example/app', commit: bench.head }));
  await copyGraph(images, openRegistry({ registry: registry.host, repository: 'example/app' }), image, { referrers: true });
  await releaseTo(`${registry.host}/example/app-capsule`);
  await releaseTo('oci:capsules');
  bench.write('policy.yaml', policy('app'));
});

afterAll(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

describe("a policy that asks for the image's own signature, its provenance and the SBOM", () => {
  test('is satisfied by what lies beside the image in its registry', async () => {
    const verdict = await bench.json(['verify', `${registry.host}/example/app-capsule`, '--policy', 'policy.yaml', '--image', reference]);

    expect(verdict).toMatchObject({ accepted: true });
    expect(codesOf(verdict)).toEqual(expect.arrayContaining(['IMAGE_SIGNED', 'PROVENANCE_VALID', 'SBOM_DESCRIBES_PACKAGE']));
  });

  test('asks no repository for an image that the policy does not name', async () => {
    bench.write('other.yaml', policy('other'));
    const before = registry.asked().length;

    const capsule = `${registry.host}/example/app-capsule:${bench.tag}`;
    const { status, stdout } = await bench.run(['verify', capsule, '--policy', 'other.yaml', '--image', reference]);

    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining('[IMAGE_REPOSITORY_DIFFERS]') });
    expect(registry.asked().slice(before).filter((asked) => !asked.includes('/example/app-capsule/'))).toEqual([]);
  });

  test('is judged in the layout that holds the capsule, and no registry is asked', async () => {
    const before = registry.asked().length;
    const args = ['verify', 'oci:capsules', '--policy', 'policy.yaml', '--image', reference];

    const without = await bench.run(args);
    const layout = await openLayout(bench.path('capsules'), { create: false });
    await copyGraph(images, layout, image, { referrers: true });
    const verdict = await bench.json(args);

    expect(without).toMatchObject({ status: 1, stdout: expect.stringMatching(/\[IMAGE_MISSING\]\n.*\n.*copy the image with its signatures/) });
    expect(verdict).toMatchObject({ accepted: true });
    expect(registry.asked().slice(before)).toEqual([]);
  });

  test('is left open where the registry does not show the image', async () => {
    registry.fail({ path: /^\/v2\/example\/app\//, fault: { kind: 'answer', status: 403 } });

    const { status, stdout } = await bench.run(['verify', `${registry.host}/example/app-capsule`, '--policy', 'policy.yaml', '--image', reference]);

    expect(status).toBe(3);
    expect(stdout).toMatch(/^\? undetermined\n[^]*\[IMAGE_SIGNATURE_FORBIDDEN\][^]*\[PROVENANCE_FORBIDDEN\]/);
  });
});

async function releaseTo(place: string): Promise<void> {
  const packing = bench.packOptions.with(bench.packOptions.indexOf('--image') + 1, reference);
  await bench.json(['release', ...packing, '--image-name', 'ghcr.io/example/app', '--to', place, '--key', 'signing.key']);
}

function policy(name: string): string {
  const signers = [{ key: 'image.pub' }];
  return JSON.stringify({
    apiVersion: 'release-capsule/v1',
    kind: 'Policy',
    capsule: { name: 'app', signers: [{ key: 'signing.pub' }] },
    image: { repository: `${registry.host}/example/${name}`, signers, provenance: { signers } },
    require: { provenance: true, sbom: true },
  });
}

function codesOf({ findings }: Record<string, unknown>): readonly string[] {
  return Array.isArray(findings) ? findings.map(({ code }: { readonly code: string }) => code) : [];
}
