import { openLayout } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate } from '../../packages/cli/generated/inspect.js';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { pushLegacy, signKeyless, signPayload, simpleSigning } from '../../packages/verifier/src/signature/testing/legacy-signing.ts';
import { newKey } from '../../packages/verifier/src/signature/testing/signing.ts';
import { testSigstore } from '../../packages/verifier/src/signature/testing/test-sigstore.ts';
import { Workbench } from './workbench.ts';

const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:capsules', '--no-attestations');
});

afterAll(() => bench[Symbol.dispose]());

describe('inspect', () => {
  test('says who has signed, where that was found, and what policy accepts that signer alone', async () => {
    const { attached, policies } = await inspect(`oci:capsules:${bench.tag}`);

    expect(attached).toMatchObject([{ kind: 'signature', place: 'layout', signing: { signer: { kind: 'key' }, signedAt: [], logged: [] } }]);
    expect(policies).toHaveLength(1);
    bench.write('suggested.yaml', String(policies[0]?.policy).replace('cosign.pub', 'signing.pub'));
    expect(await verify(`oci:capsules:${bench.tag}`, 'suggested.yaml')).toMatchObject({ accepted: true });
  });

  test.each([
    ['api', 'referrers-api', 'by the referrers API'],
    ['none', 'fallback-tag', 'under the fallback tag'],
  ] as const)('says how a registry listed it, whose referrers API is: %s', async (referrers, place, text) => {
    const registry = await FakeRegistry.start({ referrers });
    const repository = `${registry.host}/example/app-capsule`;
    await bench.release(repository, '--no-attestations');

    const { attached } = await inspect(`${repository}:${bench.tag}`);
    const { stdout } = await bench.run(['inspect', `${repository}:${bench.tag}`]);
    const verdict = await verify(`${repository}:${bench.tag}`);

    expect(attached).toMatchObject([{ kind: 'signature', place }]);
    expect(stdout).toContain(text);
    expect(acceptedBy(verdict)).toMatchObject([expect.stringContaining(text)]);
    await registry.stop();
  });

  test('reads what older versions of cosign have left, by identity', async () => {
    const sigstore = await testSigstore();
    bench.write('root.json', sigstore.rootJson);
    const reference = await packWithout('keyless', (digest) => signKeyless(sigstore, simpleSigning(digest), identity));

    const { attached, policies } = await inspect(reference);
    const { stdout } = await bench.run(['inspect', reference]);
    bench.write('suggested.yaml', `${String(policies[0]?.policy)}trust: { trustedRoot: root.json }\n`);
    const verdict = await verify(reference, 'suggested.yaml');

    const signer = { kind: 'certificate', identity, issuer: 'https://issuer.example' };
    const logged = [expect.stringMatching(/^log [0-9a-f]{64}#7$/)];
    expect(attached).toMatchObject([{ kind: 'signature', place: 'legacy-tag', signing: { signer, logged, signedAt: [expect.stringMatching(/Z$/)] } }]);
    expect(stdout).toMatch(/says signed at \S+Z \(not verified\)/);
    expect(stdout).toContain(`identity: "${identity}"`);
    expect(verdict).toMatchObject({ accepted: true });
    expect(acceptedBy(verdict)).toMatchObject([expect.stringContaining('under the legacy tag')]);
  });

  test('reads what older versions of cosign have left, by key, which names nobody', async () => {
    const reference = await packWithout('keyed', (digest) => signPayload(simpleSigning(digest), newKey().privateKey));

    const { attached, policies } = await inspect(reference);

    expect(attached).toMatchObject([{ kind: 'signature', signing: { signer: { kind: 'key' } } }]);
    expect(policies).toMatchObject([{ signer: 'a key' }]);
  });
});

interface Inspected {
  readonly attached: readonly unknown[];
  readonly policies: readonly { readonly policy: string }[];
}

async function inspect(reference: string): Promise<Inspected> {
  const inspected: unknown = await bench.json(['inspect', reference]);
  expect(validate(inspected), JSON.stringify(validate.errors)).toBe(true);
  return inspected as Inspected;
}

/** Verifies by a policy, or else by the key that the workbench signs with. */
async function verify(reference: string, policy?: string): Promise<Record<string, unknown>> {
  const trust = policy === undefined ? bench.verifyOptions : ['--image', bench.image, '--policy', policy];
  const { stdout } = await bench.run(['verify', reference, ...trust, '--json']);
  return JSON.parse(stdout);
}

function acceptedBy({ findings }: Record<string, unknown>): unknown {
  const list = findings as readonly { readonly claim: string; readonly evidence?: { readonly accepted: unknown } }[];
  return list.find(({ claim }) => claim === 'SIGNATURE')?.evidence?.accepted;
}

type Layer = Parameters<typeof pushLegacy>[2][number];

/** Packs into a layout of its own, and leaves a signature under the legacy tag alone. */
async function packWithout(layout: string, sign: (digest: string) => Layer | Promise<Layer>): Promise<string> {
  await bench.pack(`oci:${layout}`);
  const store = await openLayout(bench.path(layout), { create: false });
  const capsule = await store.resolve(bench.tag);
  await pushLegacy(store, capsule, [await sign(capsule.digest)]);
  return `oci:${layout}:${bench.tag}`;
}
