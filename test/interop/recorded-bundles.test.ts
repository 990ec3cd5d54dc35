import { readFileSync } from 'node:fs';
import { loadTrustedRoot, type TrustedRoot } from '@release-capsule/verifier';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrustedIdentity } from '../../packages/verifier/src/policy/policy.ts';
import { parseBundle } from '../../packages/verifier/src/signature/bundle.ts';
import type { Refusal } from '../../packages/verifier/src/signature/refusal.ts';
import { identitySigner } from '../../packages/verifier/src/signature/testing/identity.ts';
import { type VerifiedSigners, verifySigners } from '../../packages/verifier/src/signature/verify-signers.ts';
import { sourcePath } from './tools.ts';

/** The parts of a bundle that tests change. Every byte that was signed stays as it was recorded. */
interface Recorded {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    readonly tlogEntries: readonly [LogEntry];
  };
  readonly dsseEnvelope: { readonly payload: string; readonly signatures: readonly { readonly sig: string }[] };
}

interface LogEntry {
  readonly integratedTime: string;
  readonly inclusionPromise: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: { readonly hashes: readonly string[]; readonly rootHash: string; readonly checkpoint: { readonly envelope: string } };
  readonly canonicalizedBody: string;
}

const data = 'pkg/testing/data';
/** An attestation that a person has made with cosign: version 0.3, an entry of the kind `dsse`. */
const attestation = readRecorded(sourcePath('cosign-source', 'pkg/cosign/testdata/oci-attestation.sigstore.json'));
/** Provenance that a GitHub workflow has made: an entry of the kind `intoto`. */
const provenance = asVersion3(sourcePath('sigstore-go', `${data}/bundles/sigstore.js@2.0.0-provenance.sigstore.json`));

const person = identitySigner('cody@soyland.com', 'https://github.com/login/oauth');
const workflow: TrustedIdentity = {
  ...identitySigner(
    'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main',
    'https://token.actions.githubusercontent.com',
  ),
  github: {
    repository: 'sigstore/sigstore-js',
    ref: 'refs/heads/main',
    sha: 'f0b49a04e5a62250e0f60fb128004a73110fe311',
    workflow: 'Release',
    trigger: 'push',
  },
};

let root: TrustedRoot;

beforeAll(async () => {
  const bytes = readFileSync(sourcePath('sigstore-go', `${data}/trusted-roots/public-good.json`));
  root = await loadTrustedRoot(bytes, { source: 'public-good', label: 'public-good' });
});

async function judge(json: unknown, signer: TrustedIdentity): Promise<VerifiedSigners | Refusal> {
  const bundle = parseBundle(Buffer.from(JSON.stringify(json)));
  return bundle.kind === 'refusal' ? bundle : verifySigners(bundle, { signers: [signer], root, nowMs: Date.now() });
}

describe('what the public Sigstore instance has logged in Rekor v1', () => {
  test('verifies offline, by its own proof: a person’s attestation', async () => {
    expect(await judge(attestation, person)).toMatchObject({
      kind: 'signed',
      by: [{ identity: 'cody@soyland.com', signedAt: [new Date('2025-02-28T19:18:11Z')], logged: ['https://rekor.sigstore.dev#175508996'] }],
    });
  });

  test('verifies offline, by its own proof: a workflow’s provenance, with what GitHub says of the run', async () => {
    expect(await judge(provenance, workflow)).toMatchObject({
      kind: 'signed',
      by: [{ signedAt: [new Date('2023-08-18T16:05:35Z')], logged: ['https://rekor.sigstore.dev#31821305'] }],
    });
  });

  test.each([
    ['another identity', identitySigner('cody@soyland.example', person.issuer), 'SIGNATURE_WRONG_IDENTITY'],
    ['an identity that it only begins with', identitySigner('cody@soyland.co', person.issuer), 'SIGNATURE_WRONG_IDENTITY'],
    ['another issuer', identitySigner('cody@soyland.com', 'https://accounts.google.com'), 'SIGNATURE_WRONG_ISSUER'],
    ['two log entries', { ...person, evidence: { ...person.evidence, logEntries: 2 } }, 'SIGNATURE_LOG_MISSING'],
    ['two proven times', { ...person, evidence: { ...person.evidence, timestamps: 2 } }, 'SIGNATURE_TIME_MISSING'],
    ['two SCTs', { ...person, evidence: { ...person.evidence, scts: 2 } }, 'SIGNATURE_SCT_MISSING'],
  ] as const)('is refused where the policy wants %s', async (_name, signer, code) => {
    expect(await judge(attestation, signer)).toMatchObject({ kind: 'refusal', code });
  });

  test.each(['repository', 'ref', 'sha', 'workflow', 'trigger'] as const)('is refused where the run’s %s is another', async (claim) => {
    const signer = { ...workflow, github: { ...workflow.github, [claim]: 'another' } };
    expect(await judge(provenance, signer)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_CLAIM_DIFFERS' });
  });
});

describe('what the public instance has logged, changed in one place', () => {
  const entry = attestation.verificationMaterial.tlogEntries[0];
  const { inclusionProof } = entry;
  const [firstHash = '', ...hashes] = inclusionProof.hashes;
  const { envelope } = inclusionProof.checkpoint;

  test.each<readonly [string, Recorded, string]>([
    ['the signature', withSignature(flip(attestation.dsseEnvelope.signatures[0]?.sig ?? '')), 'SIGNATURE_LOG_OTHER_BYTES'],
    ['the payload', { ...attestation, dsseEnvelope: { ...attestation.dsseEnvelope, payload: flip(attestation.dsseEnvelope.payload) } }, 'SIGNATURE_LOG_OTHER_BYTES'],
    ['the log’s promise', withEntry({ inclusionPromise: { signedEntryTimestamp: flip(entry.inclusionPromise.signedEntryTimestamp) } }), 'SIGNATURE_LOG_PROMISE'],
    ['the time that the log has promised', withEntry({ integratedTime: String(Number(entry.integratedTime) + 1) }), 'SIGNATURE_LOG_PROMISE'],
    ['a hash of the proof', withEntry({ inclusionProof: { ...inclusionProof, hashes: [flip(firstHash), ...hashes] } }), 'SIGNATURE_LOG_PROOF'],
    ['the proof’s length', withEntry({ inclusionProof: { ...inclusionProof, hashes } }), 'SIGNATURE_LOG_PROOF'],
    [
      'the checkpoint’s origin',
      withEntry({ inclusionProof: { ...inclusionProof, checkpoint: { envelope: envelope.replaceAll('rekor.sigstore.dev', 'rekor.sigstore.example') } } }),
      'SIGNATURE_LOG_CHECKPOINT',
    ],
    ['the log entry, to one of another day', withEntry(provenance.verificationMaterial.tlogEntries[0]), 'SIGNATURE_CERTIFICATE_EXPIRED'],
  ])('is refused: %s', async (_name, changed, code) => {
    expect(await judge(changed, person)).toMatchObject({ kind: 'refusal', code });
  });

  test('is refused: the certificate, to another’s', async () => {
    const { certificate } = provenance.verificationMaterial;
    const changed = { ...attestation, verificationMaterial: { ...attestation.verificationMaterial, certificate } };
    expect(await judge(changed, workflow)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_CERTIFICATE_EXPIRED' });
  });

  test('is refused without a proof of inclusion, as the first version of a bundle had none', async () => {
    const old = asVersion3(sourcePath('sigstore-go', 'examples/bundle-provenance.json'));
    expect(await judge(old, workflow)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_MALFORMED' });
  });

  test('is refused with two signatures in one envelope', async () => {
    const [signature] = attestation.dsseEnvelope.signatures;
    const twice = { ...attestation, dsseEnvelope: { ...attestation.dsseEnvelope, signatures: [signature, signature] } };
    expect(await judge(twice, person)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_MALFORMED' });
  });
});

function readRecorded(path: string): Recorded {
  return JSON.parse(readFileSync(path, 'utf8')) as Recorded;
}

/** Puts an older bundle into the form of version 0.3: with the leaf certificate alone, and without what is empty. */
function asVersion3(path: string): Recorded {
  const { verificationMaterial, dsseEnvelope } = JSON.parse(readFileSync(path, 'utf8'));
  const { tlogEntries, x509CertificateChain } = verificationMaterial;
  const [certificate] = x509CertificateChain.certificates;
  const signatures = dsseEnvelope.signatures.map(({ sig }: { readonly sig: string }) => ({ sig }));
  return {
    mediaType: attestation.mediaType,
    verificationMaterial: { certificate, tlogEntries },
    dsseEnvelope: { ...dsseEnvelope, signatures },
  };
}

function withEntry(changes: Partial<LogEntry>): Recorded {
  const { verificationMaterial } = attestation;
  return { ...attestation, verificationMaterial: { ...verificationMaterial, tlogEntries: [{ ...verificationMaterial.tlogEntries[0], ...changes }] } };
}

function withSignature(sig: string): Recorded {
  return { ...attestation, dsseEnvelope: { ...attestation.dsseEnvelope, signatures: [{ sig }] } };
}

/** Changes the last byte of what base64 holds. */
function flip(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64');
}
