import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { beforeAll, expect, it } from 'vitest';
import type { Policy, PolicySigner, TrustedIdentity } from '../policy/policy.ts';
import { identitySigner } from '../signature/testing/identity.ts';
import { PrivateInstance } from '../signature/testing/private-instance.ts';
import { attach, encode, newKey, pushSubject } from '../signature/testing/signing.ts';
import { freightName, policyWith, summaryStatement, summaryType } from '../summary/testing/statement.ts';
import { parseTrustedRoot } from '../trust/parse-trusted-root.ts';
import { judgeSummary } from './summary.ts';
import { record } from './testing/release.ts';

const issuer = 'https://issuer.example';
const stage = { identity: 'verifier@test.example.com', issuer };
const hourMs = 3_600_000;

let instance: PrivateInstance;
beforeAll(async () => {
  instance = await PrivateInstance.start();
});

function pattern(value: string): TrustedIdentity {
  return { ...identitySigner('', issuer), identity: { kind: 'pattern', value } };
}

/** Judges a summary signed now by the stage's identity so many hours later, when it says that it was verified, and returns the code. */
async function codeFor(signer: PolicySigner, release: PolicySigner, hoursLater = 0): Promise<string | undefined> {
  const store = new MemoryStore();
  const capsule = await pushSubject(store);
  const now = new Date(Date.now() + hoursLater * hourMs);
  await attachSigned(store, capsule, now);
  const root = parseTrustedRoot(encode(instance.root()), { source: 'file', label: 'trusted_root.json' });
  const wanted = policyWith(signer);
  const policy: Policy = { ...wanted, capsule: { ...wanted.capsule, signers: [release] }, trustedRoot: root };
  const { findings } = await judgeSummary(store, capsule, { policy, record, freight: freightName, now });
  return findings[0]?.code;
}

async function attachSigned(store: MemoryStore, capsule: Descriptor, verifiedAt: Date): Promise<void> {
  const timeVerified = verifiedAt.toISOString().replace(/\.\d+Z$/, 'Z');
  const bundle = await instance.sign(summaryStatement(capsule.digest, { predicate: { timeVerified } }), stage);
  const annotations = { 'dev.sigstore.bundle.predicateType': summaryType };
  await attach(store, { subject: capsule, bytes: encode(bundle), changes: { annotations } });
}

it("counts by the identity of the stage, and not by the release's", async () => {
  expect(await codeFor(identitySigner(stage.identity, issuer), newKey().signer)).toBe('SUMMARY_ACCEPTED');
  expect(await codeFor(identitySigner('other@test.example.com', issuer), newKey().signer)).toBe('SUMMARY_UNTRUSTED');
  expect(await codeFor(identitySigner('other@test.example.com', issuer), identitySigner(stage.identity, issuer))).toBe('SUMMARY_BY_RELEASE_SIGNER');
});

it('does not count by an identity that a pattern of the release covers too', async () => {
  const wide = pattern('.*@test\\.example\\.com');

  expect(await codeFor(wide, pattern('.*@production\\.example\\.com'))).toBe('SUMMARY_ACCEPTED');
  expect(await codeFor(wide, pattern('verifier@.*'))).toBe('SUMMARY_BY_RELEASE_SIGNER');
});

it('does not count by an identity of the release whose own signatures would need more evidence', async () => {
  const strict = { ...pattern('verifier@.*'), evidence: { logEntries: 8, timestamps: 8, scts: 8 } };

  expect(await codeFor(pattern('.*@test\\.example\\.com'), strict)).toBe('SUMMARY_BY_RELEASE_SIGNER');
});

it('is as old as its signature is proven to be, whatever it says of itself', async () => {
  expect(await codeFor(identitySigner(stage.identity, issuer), newKey().signer, 23)).toBe('SUMMARY_ACCEPTED');
  expect(await codeFor(identitySigner(stage.identity, issuer), newKey().signer, 25)).toBe('SUMMARY_TOO_OLD');
});
