import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeToken, workflowClaims } from '../sigstore/identity.ts';
import { startPrivateSigstore } from '../sigstore/private-sigstore.ts';
import { Workbench } from './workbench.ts';

const stage = { sub: 'https://github.com/example/platform/.github/workflows/verify.yml@refs/heads/main' };
const env = (claims: object = {}): Readonly<Record<string, string>> => ({ SIGSTORE_ID_TOKEN: makeToken({ ...claims }) });
const services = ['--keyless', '--signing-config', 'signing_config.json'];

let bench: Workbench;
const reference = (): string => `oci:capsules:${bench.tag}`;
beforeEach(async () => {
  bench = new Workbench();
  const sigstore = await startPrivateSigstore();
  bench.write('signing_config.json', sigstore.signingConfig());
  bench.write('trusted_root.json', sigstore.trustedRoot);
});
afterEach(() => bench[Symbol.dispose]());

describe('capsule attest --keyless', () => {
  test('attests in the name of the job; run again, it finds what is there', async () => {
    await bench.pack();
    const args = ['attest', reference(), ...services, '--trusted-root', 'trusted_root.json'];

    const first = await bench.json(args, { env: env() });
    const second = await bench.json(args, { env: env() });

    expect(first).toMatchObject({ attestations: [{ kind: 'provenance', isNew: true }, { kind: 'sbom', isNew: true }] });
    expect(second).toMatchObject({ attestations: [{ isNew: false }, { isNew: false }] });
  });

  test('attaches nothing that its trusted root would not let count', async () => {
    await bench.pack();
    bench.write('trusted_root.json', (await startPrivateSigstore()).trustedRoot);
    const before = bench.read('capsules/index.json');

    const result = await bench.run(['attest', reference(), ...services, '--trusted-root', 'trusted_root.json'], { env: env() });

    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('[SIGNATURE_REJECTED]') });
    expect(bench.read('capsules/index.json')).toBe(before);
  });

  test('adds no .sig tag, which is for signatures', async () => {
    const result = await bench.run(['attest', reference(), '--key', 'signing.key', '--legacy-signature']);

    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('an attestation is not a signature') });
  });
});

describe('capsule verify --summary --keyless', () => {
  const keyless = ({ sub }: { readonly sub: string }): string => `[{ keyless: { issuer: "${String(workflowClaims['iss'])}", identity: "${sub}" } }]`;
  const policy = (signers: string, more = ''): string =>
    `apiVersion: release-capsule/v1\nkind: Policy\ncapsule: { name: app, signers: ${signers} }\ntrust: { trustedRoot: trusted_root.json }\n${more}`;
  const summarise = ['--summary', '--stage', 'test', ...services, '--summary-trusted-root', 'trusted_root.json'];
  const verify = (file: string, more: readonly string[] = []): readonly string[] =>
    ['verify', reference(), '--image', bench.image, '--policy', file, ...more];
  const release = { sub: String(workflowClaims['sub']) };

  test("is signed by the stage's identity, and accepted by the next stage", async () => {
    await bench.json(['release', ...bench.packOptions, '--to', 'oci:capsules', ...services, '--trusted-root', 'trusted_root.json'], { env: env() });
    bench.write('test.yaml', policy(keyless(release)));
    const { policyDigest, summary } = await bench.json(verify('test.yaml', summarise), { env: env(stage) });
    const accepted = `summary: { signers: ${keyless(stage)}, policyDigest: "${String(policyDigest)}", stage: test, maxAgeHours: 1 }\n`;
    bench.write('production.yaml', policy(keyless(release), accepted));

    const verdict = await bench.json(verify('production.yaml'));

    expect(summary).toMatchObject({ stage: 'test' });
    expect(JSON.stringify(verdict['findings'])).toContain('SIGNATURE_BY_SUMMARY');
    expect(verdict['signers']).toEqual([JSON.stringify([workflowClaims['iss'], stage.sub])]);
  });

  test('is not signed by an identity of the release', async () => {
    await bench.json(['release', ...bench.packOptions, '--to', 'oci:capsules', ...services, '--trusted-root', 'trusted_root.json'], { env: env() });
    bench.write('test.yaml', policy(keyless(release)));

    const result = await bench.run(verify('test.yaml', summarise), { env: env() });

    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('a signer of the release itself') });
  });
});
