import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Matrix } from './support/matrix.ts';
import { type Program, programs, SigstoreBench, type Trust } from './support/sigstore-bench.ts';
import { attestationType, type SignatureKind, signatureKinds } from './support/signature-kinds.ts';

const matrix = new Matrix(programs);
let bench: SigstoreBench;

beforeAll(async () => {
  bench = await SigstoreBench.open();
  await bench.workbench.succeed(['keygen', '--output', 'other']);
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  process.stdout.write(`\n${matrix.toString()}\n\n`);
});

describe.each(signatureKinds)('a capsule signed by $name', (kind) => {
  let reference: string;

  beforeAll(async () => {
    reference = await bench.pack(kind.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
    await bench.sign(kind.program, [kind.command, reference, ...kind.args(bench)], kind.trust.by);
    if (kind.legacyOnly === true) reference = await bench.withoutBundles(reference);
  });

  test.each(programs)('is judged by %s', async (verifier) => {
    const outcome = await judge(verifier, reference, kind);
    matrix.note(kind.name, verifier, outcome);
    expect(outcome).toBe((verifier === 'capsule' && kind.capsuleRefuses) || 'accepted');
  });

  test.each(programs)('is not taken by %s for somebody else’s', async (verifier) => {
    const outcome = await judge(verifier, reference, { ...kind, trust: { ...kind.trust, by: somebodyElse(kind.trust) } });
    const refusal = 'key' in kind.trust.by ? refusals.key : refusals.identity;
    expect(outcome).toMatch(verifier === 'capsule' ? (kind.capsuleRefuses ?? refusal.capsule) : refusal.cosign);
  });
});

const refusals = {
  key: { capsule: 'SIGNATURE_UNTRUSTED', cosign: /invalid signature|could not verify envelope|do not match threshold|failed to verify (signature|log inclusion)/ },
  identity: { capsule: 'SIGNATURE_WRONG_IDENTITY', cosign: /none of the expected identities matched|no matching CertificateIdentity/ },
} as const;

function somebodyElse({ by }: Trust): Trust['by'] {
  return 'key' in by ? { key: 'other/cosign.pub' } : { ...by, identity: 'releaser@example.org' };
}

async function judge(verifier: Program, reference: string, { trust, command }: SignatureKind): Promise<string> {
  if (verifier === 'capsule') return bench.capsuleVerify(reference, { signers: [bench.signer(trust)] });
  const asked = command === 'sign' ? ['verify', reference] : ['verify-attestation', '--type', attestationType, reference];
  const { status, stderr } = await bench.cosignVerify(verifier, asked, trust);
  return status === 0 ? 'accepted' : (/^Error: (.*)/m.exec(stderr)?.[1] ?? stderr);
}
