import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLayout } from '@release-capsule/oci';
import { validate } from '../../packages/verifier/generated/verdict.js';
import { pushLegacy, signKeyless, signPayload, simpleSigning } from '../../packages/verifier/src/signature/testing/legacy-signing.ts';
import { newKey } from '../../packages/verifier/src/signature/testing/signing.ts';
import { testSigstore } from '../../packages/verifier/src/signature/testing/test-sigstore.ts';
import { Workbench } from './workbench.ts';

const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';

let bench: Workbench;
let reference: string;

// Signed by the policy's key twice, and under the legacy tag by a stranger's key and by an identity.
beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:capsules', '--no-attestations');
  reference = `oci:capsules:${bench.tag}`;
  await bench.json(['sign', reference, '--key', 'signing.key']);
  const store = await openLayout(bench.path('capsules'), { create: false });
  const capsule = await store.resolve(bench.tag);
  const payload = simpleSigning(capsule.digest);
  await pushLegacy(store, capsule, [signPayload(payload, newKey().privateKey), await signKeyless(await testSigstore(), payload, identity)]);
});

afterAll(() => bench[Symbol.dispose]());

describe('verify --explain', () => {
  test('says of every signature who, when, where, and why it does not count', async () => {
    const { findings } = await verify('--explain');

    const examined = findings.find(({ claim }) => claim === 'SIGNATURE')?.evidence?.examined;
    expect(examined).toMatchObject([
      expect.stringMatching(/^counts: sha256:\S+ in the layout by "key \S+", has no timestamp and no log entry$/),
      expect.stringMatching(/^would count as well: sha256:\S+ in the layout/),
      expect.stringMatching(/^does not count: sha256:\S+ under the legacy tag by "a key".*: SIGNATURE_UNTRUSTED: it (?:is by a|names the) key/),
      expect.stringMatching(/^does not count: .* under the legacy tag by "https:.*release\.yml.*", says signed at \S+Z, says logged at log \S+#7: SIGNATURE_BY_CERTIFICATE: /),
    ]);
  });

  test('gives the verdict that is given without it', async () => {
    const [{ findings: explained, ...verdict }, { findings, ...plain }] = [await verify('--explain'), await verify()];

    expect(verdict).toEqual(plain);
    expect(explained.map(({ claim, code }) => [claim, code])).toEqual(findings.map(({ claim, code }) => [claim, code]));
    expect(findings.every(({ evidence }) => evidence?.examined === undefined)).toBe(true);
  });

  test('shows people one line for each', async () => {
    const { status, stdout } = await bench.run(['verify', reference, ...bench.verifyOptions, '--explain']);

    expect(status).toBe(0);
    expect(stdout.match(/^ +- (counts|would count as well|does not count): /gm)).toHaveLength(4);
  });
});

interface Report {
  readonly findings: readonly { readonly claim: string; readonly code: string; readonly evidence?: { readonly examined?: readonly string[] } }[];
}

async function verify(...more: readonly string[]): Promise<Report> {
  const report: unknown = await bench.json(['verify', reference, ...bench.verifyOptions, ...more]);
  expect(validate(report)).toBe(true);
  return report as Report;
}
