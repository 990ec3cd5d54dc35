import { type Descriptor, type MemoryStore, OciError, type OciErrorCode, type ReferrerLister } from '@release-capsule/oci';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../policy/policy.ts';
import { identitySigner } from '../signature/testing/identity.ts';
import { attach, bundleBytes, bundleMediaType, newKey, pushSubject, statement } from '../signature/testing/signing.ts';
import { attachSummary, freightName, now, policyWith, type StatementChanges, storeWithCapsule, summaryStatement, summaryType } from '../summary/testing/statement.ts';
import { judgeSummary, type JudgedSummary } from './summary.ts';
import { commit, otherDigest, record } from './testing/release.ts';

const stage = newKey();
const releaser = newKey();
const stranger = newKey();

let store: MemoryStore;
let capsule: Descriptor;
beforeEach(async () => {
  ({ store, capsule } = await storeWithCapsule());
});

/** The policy that accepts summaries by the stage's key, and signatures by the releaser's. */
function policyOf(changes: Partial<Policy> = {}): Policy {
  const policy = policyWith(stage.signer);
  const image = { repository: 'ghcr.io/example/app', signers: [], threshold: 1, provenance: { signers: [], builders: [] } };
  return { ...policy, capsule: { ...policy.capsule, signers: [releaser.signer] }, image, ...changes };
}

const freight: string | undefined = freightName;
function judge(changes: { readonly policy?: Policy; readonly freight?: string | undefined; readonly now?: Date } = {}): Promise<JudgedSummary> {
  return judgeSummary(store, capsule, { policy: policyOf(), record, freight, now, ...changes });
}

function attachBy(key = stage, changes: StatementChanges = {}): Promise<Descriptor> {
  return attachSummary(store, { subject: capsule, payload: summaryStatement(capsule.digest, changes), key });
}

function codesOf({ findings, accepted }: JudgedSummary): readonly string[] {
  return [...findings.map(({ state, code }) => `${state} ${code}`), ...(accepted === undefined ? [] : ['accepted'])];
}

describe('SUMMARY', () => {
  it('is proven by a summary of this promotion, passed, recent, and by its own signer', async () => {
    const { digest } = await attachBy();

    const judged = await judge();

    expect(codesOf(judged)).toEqual(['proven SUMMARY_ACCEPTED', 'accepted']);
    expect(judged.accepted?.claims).toEqual(['SIGNATURE']);
    expect(judged.findings[0]?.evidence).toMatchObject({ referrers: [digest] });
  });

  it('is not looked for where the policy accepts none', async () => {
    await attachBy();
    const { summary: _summary, ...without } = policyOf();

    expect(await judge({ policy: without })).toEqual({ findings: [] });
  });

  it('is missing where there is none, whatever else is attached', async () => {
    await attach(store, { subject: capsule, bytes: bundleBytes({ payload: statement(capsule.digest), key: stage }) });

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_MISSING']);
  });

  it('is found among nine that do not hold', async () => {
    for (const key of Array.from({ length: 8 }, () => newKey())) await attachBy(key);
    await attachBy(stage, { facts: { stage: 'production' } });
    await attachBy();

    expect(codesOf(await judge())).toEqual(['proven SUMMARY_ACCEPTED', 'accepted']);
  });

  it.each<[what: string, code: string, changes: StatementChanges]>([
    ['another stage', 'SUMMARY_OTHER_STAGE', { facts: { stage: 'production' } }],
    ['another policy', 'SUMMARY_OTHER_POLICY', { predicate: { policy: { digest: { sha256: 'a'.repeat(64) } } } }],
    ['another image', 'SUMMARY_OTHER_IMAGE', { facts: { image: { digest: { sha256: 'a'.repeat(63).concat('b') } } } }],
    ['no image', 'SUMMARY_OTHER_IMAGE', { facts: { image: undefined } }],
    ['another Freight', 'SUMMARY_OTHER_FREIGHT', { facts: { freight: 'e'.repeat(40) } }],
    ['a Freight without name', 'SUMMARY_OTHER_FREIGHT', { facts: { freight: undefined } }],
    ['a verification that failed', 'SUMMARY_NOT_PASSED', { predicate: { verificationResult: 'FAILED' } }],
    ['another capsule', 'SUMMARY_OTHER_CAPSULE', { subject: [{ digest: { sha256: otherDigest.slice(7) } }] }],
    ['a verification of yesterday morning', 'SUMMARY_TOO_OLD', { predicate: { timeVerified: '2026-03-03T10:59:59Z' } }],
    ['a verification of tomorrow', 'SUMMARY_FROM_THE_FUTURE', { predicate: { timeVerified: '2026-03-05T05:00:00Z' } }],
    ['no time', 'SUMMARY_MALFORMED', { predicate: { timeVerified: undefined } }],
    ['a time that is none', 'SUMMARY_MALFORMED', { predicate: { timeVerified: 'yesterday' } }],
    ['none of our facts', 'SUMMARY_MALFORMED', { predicate: { 'https://release-capsule.dev/summary/v1': undefined } }],
    ['no claims', 'SUMMARY_MALFORMED', { facts: { claims: undefined } }],
    ['no signers', 'SUMMARY_MALFORMED', { facts: { signers: undefined } }],
    ['a list of signers without end', 'SUMMARY_MALFORMED', { facts: { signers: Array.from({ length: 257 }, () => ({ id: 'a', signedAt: [] })) } }],
    ['no subject', 'SUMMARY_MALFORMED', { subject: [] }],
  ])('is refuted by a summary of %s', async (_, code, changes) => {
    await attachBy(stage, changes);

    expect(codesOf(await judge())).toEqual([`refuted ${code}`]);
  });

  it('is refuted by a summary of two capsules, this one among them', async () => {
    const [own, other] = [capsule.digest, otherDigest].map((digest) => ({ digest: { sha256: digest.slice(7) } }));
    await attachBy(stage, { subject: [own, other] });

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_MALFORMED']);
  });

  it('is refuted by a subject with a second digest, which another reader might compare', async () => {
    await attachBy(stage, { subject: [{ digest: { sha256: capsule.digest.slice(7), sha512: 'a'.repeat(128) } }] });

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_MALFORMED']);
  });

  it('is refuted by the summary of a sibling, copied to this capsule', async () => {
    const sibling = await pushSubject(store, 'sibling');
    await attachSummary(store, { subject: capsule, payload: summaryStatement(sibling.digest), key: stage });

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_OTHER_CAPSULE']);
  });

  it('is refuted by a referrer that the store lists, and that is attached to a sibling', async () => {
    const sibling = await pushSubject(store, 'sibling');
    const copied = await attachSummary(store, { subject: sibling, payload: summaryStatement(capsule.digest), key: stage });
    const annotations = { 'dev.sigstore.bundle.predicateType': summaryType };
    const lying = withReferrers(async function* () {
      yield { ...copied, artifactType: bundleMediaType, annotations };
    });

    const judged = await judgeSummary(lying, capsule, { policy: policyOf(), record, freight, now });

    expect(codesOf(judged)).toEqual(['refuted SUMMARY_OTHER_CAPSULE']);
  });

  it('is not accepted without Freight name where the summary names one', async () => {
    await attachBy();

    expect(codesOf(await judge({ freight: undefined }))).toEqual(['refuted SUMMARY_OTHER_FREIGHT']);
  });

  it('cannot be replayed after its time', async () => {
    await attachBy();

    expect(codesOf(await judge({ now: new Date('2026-03-05T05:00:00Z') }))).toEqual(['proven SUMMARY_ACCEPTED', 'accepted']);
    expect(codesOf(await judge({ now: new Date('2026-03-05T05:00:01Z') }))).toEqual(['refuted SUMMARY_TOO_OLD']);
    expect(codesOf(await judge({ now: new Date(Number.NaN) }))).toEqual(['refuted SUMMARY_FROM_THE_FUTURE']);
  });
});

describe('who signs a summary', () => {
  it('is nobody else than the policy says', async () => {
    await attachBy(stranger);

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_UNTRUSTED']);
  });

  it('is not who signs the release', async () => {
    await attachBy(releaser);

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_BY_RELEASE_SIGNER']);
  });

  it('is not who signs the release, also where a policy made in code names one key for both', async () => {
    await attachBy(stage);
    const needsLog = { ...stage.signer, evidence: { ...stage.signer.evidence, logEntries: 1 } };
    const policy = policyOf({ image: { repository: 'ghcr.io/example/app', signers: [needsLog], threshold: 1, provenance: { signers: [], builders: [] } } });

    expect(codesOf(await judge({ policy }))).toEqual(['refuted SUMMARY_BY_RELEASE_SIGNER']);
  });

  it('is within the dates that the policy gives', async () => {
    await attachBy();
    const retired = { ...stage.signer, notAfterMs: now.getTime() - 1 };
    const { capsule: release, image } = policyOf();
    const policy = { ...policyWith(retired), capsule: release, ...(image !== undefined && { image }) };

    expect(codesOf(await judge({ policy }))).toEqual(['refuted SUMMARY_UNTRUSTED']);
  });

  it('is on no deny list', async () => {
    await attachBy();
    const deny = [{ what: 'signer', value: stage.signer.fingerprint, reason: 'lost' }] as const;

    expect(codesOf(await judge({ policy: policyOf({ deny }) }))).toEqual(['refuted SUMMARY_UNTRUSTED']);
  });
});

describe('who had signed the release, as a summary says', () => {
  const signers = [{ id: releaser.signer.fingerprint, signedAt: [] }];

  it('is on no deny list of today', async () => {
    await attachBy(stage, { facts: { signers } });
    const deny = [{ what: 'signer', value: releaser.signer.fingerprint, reason: 'lost' }] as const;

    expect(codesOf(await judge())).toEqual(['proven SUMMARY_ACCEPTED', 'accepted']);
    expect(codesOf(await judge({ policy: policyOf({ deny }) }))).toEqual(['refuted SUMMARY_RELEASE_SIGNER_REFUSED']);
  });

  it('is on no deny list by the identity of his certificate', async () => {
    const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';
    await attachBy(stage, { facts: { signers: [{ id: '["issuer",{"pattern":".*"}]', identity, signedAt: ['2026-03-04T04:00:00Z'] }] } });
    const deny = [{ what: 'signer', value: identity, reason: 'taken over' }] as const;

    expect(codesOf(await judge({ policy: policyOf({ deny }) }))).toEqual(['refuted SUMMARY_RELEASE_SIGNER_REFUSED']);
  });

  it.each([
    ['exactly', { kind: 'exact', value: 'release@example.com' }],
    ['by another pattern', { kind: 'pattern', value: '.*@example\\.com' }],
  ] as const)('is within the dates of today, though the earlier policy knew by a pattern whom this one names %s', async (_what, identity) => {
    const named = { id: '["https://issuer.example",{"pattern":"release@.*"}]', identity: 'release@example.com', signedAt: ['2026-03-04T04:00:00Z'] };
    await attachBy(stage, { facts: { signers: [named] } });
    const retired = { ...identitySigner(''), identity, notAfterMs: Date.parse('2026-03-03T00:00:00Z') };
    const { capsule: release, ...policy } = policyOf();

    const judged = await judge({ policy: { ...policy, capsule: { ...release, signers: [retired] } } });

    expect(codesOf(judged)).toEqual(['refuted SUMMARY_RELEASE_SIGNER_REFUSED']);
  });

  it('is within the dates of today', async () => {
    await attachBy(stage, { facts: { signers } });
    const policy = policyOf();
    const retired = { ...releaser.signer, notAfterMs: now.getTime() - 1 };

    const judged = await judge({ policy: { ...policy, capsule: { ...policy.capsule, signers: [retired] } } });

    expect(codesOf(judged)).toEqual(['refuted SUMMARY_RELEASE_SIGNER_REFUSED']);
  });
});

describe('a store that cannot be asked for summaries', () => {
  it.each<[OciErrorCode, string]>([
    ['UNAVAILABLE', 'SUMMARY_LOOKUP_FAILED'],
    ['THROTTLED', 'SUMMARY_THROTTLED'],
    ['FORBIDDEN', 'SUMMARY_FORBIDDEN'],
    ['ADDRESS_REFUSED', 'SUMMARY_MISDIRECTED'],
    ['LIMIT_EXCEEDED', 'SUMMARY_TOO_MANY'],
    ['DIGEST_MISMATCH', 'SUMMARY_INCOMPLETE'],
  ])('says so where it answers %s: %s', async (code, expected) => {
    const failing = withReferrers(async function* () {
      yield* [];
      throw new OciError(code, 'the store of a test');
    });

    const judged = await judgeSummary(failing, capsule, { policy: policyOf(), record, freight, now });

    expect(codesOf(judged)).toEqual([`unknown ${expected}`]);
  });

  it('says so where a summary is listed and gone', async () => {
    const lost = { mediaType: capsule.mediaType, digest: otherDigest, size: 300, artifactType: bundleMediaType } as const;
    const failing = withReferrers(async function* () {
      yield lost;
    });

    const judged = await judgeSummary(failing, capsule, { policy: policyOf(), record, freight, now });

    expect(codesOf(judged)).toEqual(['unknown SUMMARY_INCOMPLETE']);
  });

  it('refuses what calls itself a summary and is no bundle', async () => {
    const annotations = { 'dev.sigstore.bundle.predicateType': summaryType };
    await attach(store, { subject: capsule, bytes: Buffer.from(commit), changes: { annotations } });

    expect(codesOf(await judge())).toEqual(['refuted SUMMARY_MALFORMED']);
  });
});

function withReferrers(referrers: ReferrerLister['referrers']): Pick<MemoryStore, 'fetch' | 'referrers'> {
  return { fetch: (target, signal) => store.fetch(target, signal), referrers };
}
