import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { appDigest, policy as releasePolicy } from '../../claims/testing/release.ts';
import type { Policy, PolicySigner, SummaryPolicy } from '../../policy/policy.ts';
import { attach, bundleBytes, pushSubject, type TestKey } from '../../signature/testing/signing.ts';

export const summaryType = 'https://slsa.dev/verification_summary/v1';
export const testPolicyDigest = 'sha256:9999999999999999999999999999999999999999999999999999999999999999';
export const freightName = 'f'.repeat(40);
export const verifiedAt = '2026-03-04T05:00:00Z';
/** Six hours after {@link verifiedAt}. */
export const now: Date = new Date('2026-03-04T11:00:00Z');

/** What a statement says differently from one that is accepted. */
export interface StatementChanges {
  readonly subject?: unknown;
  readonly predicate?: object;
  readonly facts?: object;
}

/** The statement of a summary that {@link policyWith} accepts, with `changes` on top. */
export function summaryStatement(digest: string, { subject, predicate = {}, facts = {} }: StatementChanges = {}): Buffer {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subject ?? [{ digest: { sha256: digest.slice(7) } }],
    predicateType: summaryType,
    predicate: {
      verifier: { id: 'https://release-capsule.dev/verifiers/capsule/v1', version: { 'release-capsule': '0.1.0' } },
      timeVerified: verifiedAt,
      resourceUri: 'pkg:oci/app-capsule',
      policy: { uri: 'https://example.com/policy', digest: { sha256: testPolicyDigest.slice(7) } },
      inputAttestations: [],
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_UNEVALUATED'],
      slsaVersion: '1.1',
      'https://release-capsule.dev/summary/v1': {
        stage: 'test',
        image: { digest: { sha256: appDigest.slice(7) } },
        freight: freightName,
        claims: ['SIGNATURE'],
        signers: [],
        ...facts,
      },
      ...predicate,
    },
  };
  return Buffer.from(JSON.stringify(statement));
}

/** A policy that accepts summaries of the stage `test` by a signer. */
export function policyWith(signer: PolicySigner, changes: Partial<SummaryPolicy> = {}): Policy {
  const summary = { signers: [signer], policyDigest: testPolicyDigest, stage: 'test', maxAgeMs: 24 * 3_600_000, ...changes } as const;
  return { ...releasePolicy, summary };
}

/** A store with some capsule. */
export async function storeWithCapsule(): Promise<{ readonly store: MemoryStore; readonly capsule: Descriptor }> {
  const store = new MemoryStore();
  return { store, capsule: await pushSubject(store) };
}

/** Signs a statement and attaches it as a summary. */
export function attachSummary(
  store: MemoryStore,
  { subject, payload, key }: { readonly subject: Descriptor; readonly payload: Buffer; readonly key: TestKey },
): Promise<Descriptor> {
  const annotations = { 'dev.sigstore.bundle.predicateType': summaryType };
  return attach(store, { subject, bytes: bundleBytes({ payload, key }), changes: { annotations } });
}
