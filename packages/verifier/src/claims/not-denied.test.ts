import { describe, expect, it } from 'vitest';
import type { Denial, SignerDates } from '../policy/policy.ts';
import { identitySigner } from '../signature/testing/identity.ts';
import { judgeNotDenied, withoutDenied } from './not-denied.ts';
import { appDigest, capsuleDigest, commit, lockedDigest, otherDigest, record, signer } from './testing/release.ts';

const nowMs = Date.UTC(2026, 10, 20);
const input = { deny: [], capsuleDigest, imageDigests: [appDigest], record, signed: [{ signer, signedAt: [] }], nowMs };
const denial = (what: Denial['what'], value: string): Denial => ({ what, value, reason: 'known to be bad' });
const codes = (changed: Partial<Parameters<typeof judgeNotDenied>[0]>) => {
  return judgeNotDenied({ ...input, ...changed }).map(({ code }) => code);
};

const datesOf = (dates: SignerDates, signedAt: readonly Date[] = []) => codes({ signed: [{ signer: { ...signer, ...dates }, signedAt }] });

describe('judgeNotDenied', () => {
  it('proves a release of which nothing is denied', () => {
    const deny = (['capsule', 'image', 'signer'] as const).map((what) => denial(what, otherDigest));

    expect(codes({ deny })).toEqual(['NOTHING_DENIED']);
  });

  it.each([
    ['capsule', capsuleDigest, 'CAPSULE_DENIED'],
    ['image', appDigest, 'IMAGE_DENIED'],
    ['image', lockedDigest, 'IMAGE_DENIED'],
    ['commit', commit, 'COMMIT_DENIED'],
    ['signer', signer.fingerprint, 'SIGNER_DENIED'],
    ['signer', 'cosign.pub', 'SIGNER_DENIED'],
  ] as const)('refutes a denied %s, %s', (what, value, code) => {
    const [finding] = judgeNotDenied({ ...input, deny: [denial(what, value)] });

    expect(finding).toMatchObject({ code, state: 'refuted', evidence: { denied: value, reason: 'known to be bad' } });
    expect(finding?.message).toContain('known to be bad');
  });

  it('looks at each of the Freight\'s images too, whatever the record says', () => {
    const imageDigests = [appDigest, otherDigest];

    expect(codes({ imageDigests, deny: [denial('image', otherDigest)] })).toEqual(['IMAGE_DENIED']);
  });

  it('does not take one kind of thing for another', () => {
    const deny = [denial('image', capsuleDigest), denial('capsule', appDigest), denial('commit', appDigest)];

    expect(codes({ deny })).toEqual(['NOTHING_DENIED']);
  });

  it('denies a keyless signer by identity', () => {
    const keyless = identitySigner('a@example.com');

    expect(codes({ signed: [{ signer: keyless, signedAt: [] }], deny: [denial('signer', 'a@example.com')] })).toEqual(['SIGNER_DENIED']);
  });

  it('holds signers to their dates, the first and last moment included', () => {
    expect(datesOf({ notBeforeMs: nowMs, notAfterMs: nowMs })).toEqual(['NOTHING_DENIED']);
    expect(datesOf({ notAfterMs: nowMs - 1 })).toEqual(['SIGNER_RETIRED']);
    expect(datesOf({ notBeforeMs: nowMs + 1 })).toEqual(['SIGNER_NOT_YET_VALID']);
  });

  it('lets no reason write to a terminal', () => {
    const [finding] = judgeNotDenied({ ...input, deny: [{ ...denial('commit', commit), reason: '\u001b[2Jgone' }] });

    expect(finding?.message).not.toContain('\u001b');
  });
});

describe('withoutDenied', () => {
  it('leaves out who is denied, so that their signature hides no other', () => {
    const good = { ...signer, label: 'new.pub', fingerprint: otherDigest } as const;

    expect(withoutDenied([signer, good], [denial('signer', signer.fingerprint)])).toEqual([good]);
    expect(withoutDenied([signer, good], [denial('capsule', signer.fingerprint)])).toEqual([signer, good]);
  });
});
