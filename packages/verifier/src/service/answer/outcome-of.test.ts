import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { policy, record } from '../../claims/testing/release.ts';
import { claimNames } from '../../findings/claim.ts';
import { decide, requirementsOf } from '../../findings/decision.ts';
import { type Finding, notJudged, proven, refuted, unknown } from '../../findings/finding.ts';
import type { VerdictReport } from '../../findings/report.ts';
import { servePolicy } from '../judge/served-policy.ts';
import type { Question } from '../judge/question.ts';
import { outcomeOf } from './outcome-of.ts';

const repository = 'registry.example/app-capsule';
const served = servePolicy({ ...policy, capsule: { ...policy.capsule, repository } }, {});
const question = (stated: Question['stated'] = {}): Question => {
  return { served, freight: { images: [], commits: [], charts: [], artifacts: [] }, stated };
};

const code = { proven: 'IDENTITY_MATCHES', refuted: 'NAME_DIFFERS', unknown: 'CAPSULE_LOOKUP_FAILED' } as const;
const finding = fc.record({ claim: fc.constantFrom(...claimNames), state: fc.constantFrom('proven', 'refuted', 'unknown'), isReached: fc.boolean() })
  .map(({ claim, state, isReached }): Finding => {
    return state === 'unknown' && !isReached ? notJudged(claim, 'an earlier claim does not hold') : { claim, state, code: code[state], message: `${claim} is ${state}` };
  });
const shapes = fc.record({ findings: fc.array(finding, { maxLength: 25 }), enforced: fc.boolean(), commit: fc.option(fc.constantFrom('1'.repeat(40), 'forged'), { nil: undefined }) });

function reportOf(findings: readonly Finding[], enforced: boolean): VerdictReport {
  const { outcome } = decide(findings, requirementsOf(served.policy));
  return {
    schemaVersion: 'release-capsule/v1', accepted: outcome === 'accepted', outcome, enforced,
    capsule: {}, signers: [], policyDigest: served.digest, findings,
  };
}

function asked(findings: readonly Finding[], stated: Question['stated'] = {}) {
  return outcomeOf(question(stated), { report: reportOf(findings, true), isCached: false });
}

test('a reason is never empty where a finding is refuted, nor where the answer is not accepted', () => {
  fc.assert(fc.property(shapes, ({ findings, enforced, commit }) => {
    const report = reportOf(findings, enforced);
    const { reason, outcome } = outcomeOf(question(commit === undefined ? {} : { release: { gitCommit: commit } }), { report, isCached: false });
    const isTelling = outcome !== 'accepted' || findings.some(({ state }) => state === 'refuted');

    expect(reason !== '').toBe(isTelling);
  }));
});

test('what is refuted comes first, whatever else could not be looked up', () => {
  fc.assert(fc.property(shapes, ({ findings }) => {
    const first = findings.find(({ claim, state }) => state === 'refuted' && requirementsOf(served.policy)[claim] !== 'reported');
    if (first !== undefined) expect(asked(findings).reason.startsWith(first.message)).toBe(true);
  }));
});

const whole = [
  proven('DIGEST_MATCHES', ''), proven('MANIFEST_CANONICAL', ''), proven('RECORD_VALID', ''), proven('FREIGHT_NAME_ABSENT', ''),
  proven('IDENTITY_MATCHES', ''), proven('TAG_ABSENT', ''), proven('PAIR_FROM_RECORD', ''), proven('SIGNATURE_VALID', ''),
  proven('NOTHING_DENIED', ''), proven('ARCHIVE_CANONICAL', ''), proven('PACKAGE_PRESENT', ''), proven('PACKAGE_DIGEST_MATCHES', ''),
  proven('PACKAGE_SELF_CONTAINED', ''), proven('SOURCE_COMPLETE', ''),
];

describe('outcomeOf', () => {
  it('notes a moved tag under an accepted digest, with what to do', () => {
    const moved = refuted('TAG_POINTS_ELSEWHERE', 'the tag was moved');

    expect(asked([...whole, moved])).toMatchObject({ isOk: true, outcome: 'accepted', reason: 'the tag was moved [TAG_POINTS_ELSEWHERE]', hint: moved.hint, codes: [] });
    expect(asked(whole)).toMatchObject({ isOk: true, reason: '', hint: undefined });
  });

  it('gives the hint of the first thing in the way, and one alone', () => {
    const down = unknown('SIGNATURE_LOOKUP_FAILED', 'the registry is down', { hint: 'See whether it is up.' });
    const other = refuted('NAME_DIFFERS', 'it is another capsule');

    expect(asked([down, other])).toMatchObject({ outcome: 'refused', reason: 'it is another capsule [NAME_DIFFERS]; the registry is down [SIGNATURE_LOOKUP_FAILED]', hint: other.hint });
    expect(asked([down])).toMatchObject({ outcome: 'unknown', hint: 'See whether it is up.' });
  });

  it('says once why nothing was judged', () => {
    const { reason } = asked(claimNames.slice(0, 3).map((claim) => notJudged(claim, 'the time was up')));

    expect(reason).toMatch(/^CAPSULE_DIGEST was not judged: the time was up \[CAPSULE_DIGEST_NOT_JUDGED\]; [0-9]+ more claims were not judged$/);
  });

  it('tells a request that contradicts the record what to do', () => {
    const { reason, hint, codes } = asked(whole, { release: { gitCommit: record.gitCommit } });

    expect(reason).toContain('release.gitCommit');
    expect(hint).toContain('Do not deploy it');
    expect(codes).toEqual(['STATED_DIFFERS']);
  });
});
