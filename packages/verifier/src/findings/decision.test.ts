import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../policy/policy.ts';
import { claimNames } from './claim.ts';
import { decide, requirementsOf, stoppingClaims } from './decision.ts';
import type { Finding } from './finding.ts';

const policy: Policy = {
  mode: 'enforce',
  capsule: { name: 'app', signers: [], threshold: 1 },
  require: { provenance: false, sbom: false, lineage: false, lockedImages: false },
  pairing: 'image',
  tagRule: 'git-commit',
  allow: { references: [], unlockedImages: [] },
  deny: [],
};
const requirements = requirementsOf(policy);

const state = (claim: Finding['claim'], value: Finding['state']): Finding => {
  return { claim, state: value, code: `${claim}_NOT_JUDGED`, message: '' };
};
const allProven = claimNames.map((claim) => state(claim, 'proven'));
const except = (...changed: Finding[]): Finding[] => {
  return [...allProven.filter(({ claim }) => !changed.some((finding) => finding.claim === claim)), ...changed];
};

describe('decide', () => {
  it('accepts where everything is proven', () => {
    expect(decide(allProven, requirements)).toEqual({ outcome: 'accepted', accepted: true, blocking: [] });
  });

  it('refuses where one claim is refuted, and names it', () => {
    const decision = decide(except(state('PAIR', 'refuted')), requirements);

    expect(decision).toMatchObject({ outcome: 'refused', accepted: false, blocking: [{ claim: 'PAIR' }] });
  });

  it('cannot tell where nothing is refuted and a required claim is unknown', () => {
    expect(decide(except(state('SIGNATURE', 'unknown')), requirements).outcome).toBe('unknown');
  });

  it('refuses where one claim is refuted and another unknown', () => {
    const findings = except(state('SIGNATURE', 'unknown'), state('TAG_FORM', 'refuted'));

    expect(decide(findings, requirements).outcome).toBe('refused');
  });

  it('refuses a claim with a proven and a refuted finding', () => {
    const findings = [...allProven, state('NOT_DENIED', 'refuted')];

    expect(decide(findings, requirements).outcome).toBe('refused');
  });

  it('never accepts where a needed claim was not judged at all', () => {
    for (const claim of claimNames) {
      const decision = decide(
        allProven.filter((finding) => finding.claim !== claim),
        requirements,
      );

      const isNeeded = requirements[claim] === 'always' || requirements[claim] === 'required';
      expect([claim, decision.accepted]).toEqual([claim, !isNeeded]);
    }
  });

  it('never accepts on no findings', () => {
    expect(decide([], requirements).outcome).toBe('unknown');
  });

  it('reports a moved tag without refusing for it', () => {
    expect(decide(except(state('TAG_MOVED', 'refuted')), requirements).accepted).toBe(true);
  });

  it('refuses a refuted claim that the policy did not ask for', () => {
    expect(decide(except(state('SOURCE_PROOF', 'refuted')), requirements).outcome).toBe('refused');
    expect(decide(except(state('SOURCE_PROOF', 'unknown')), requirements).outcome).toBe('accepted');
  });

  it('accepts exactly where no needed claim is unproven and nothing but a report is refuted', () => {
    const finding = fc
      .tuple(fc.constantFrom(...claimNames), fc.constantFrom('proven', 'refuted', 'unknown'))
      .map(([claim, value]) => state(claim, value));
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 6 }), (extra) => {
        const expected = extra.every(({ claim, state: value }) => {
          if (requirements[claim] === 'reported' || value === 'proven') return true;
          return value === 'unknown' && requirements[claim] === 'optional';
        });
        expect(decide([...allProven, ...extra], requirements).accepted).toBe(expected);
      }),
    );
  });
});

describe('stoppingClaims', () => {
  const stopping = (...findings: readonly Finding[]) => stoppingClaims(decide(findings, requirements));

  it('names what is refuted, once, and not what was left out because of it', () => {
    const code = 'SIGNATURE_THROTTLED' as const;
    const untold: Finding = { claim: 'SIGNATURE', state: 'unknown', code, message: '' };

    expect(stopping(...except(state('PAIR', 'refuted'), state('PAIR', 'refuted'), untold, state('ARCHIVE', 'unknown')))).toEqual(['PAIR']);
    expect(stopping(...except(untold, state('ARCHIVE', 'unknown')))).toEqual(['SIGNATURE']);
    expect(stopping(...except(state('ARCHIVE', 'unknown')))).toEqual(['ARCHIVE']);
  });

  it('names none exactly where the release is accepted', () => {
    const states = fc.constantFrom<Finding['state']>('proven', 'refuted', 'unknown');
    fc.assert(
      fc.property(fc.array(fc.record({ claim: fc.constantFrom(...claimNames), value: states })), (drawn) => {
        const findings = except(...drawn.map(({ claim, value }) => state(claim, value)));
        expect(stopping(...findings).length === 0).toBe(decide(findings, requirements).accepted);
      }),
    );
  });
});

describe('requirementsOf', () => {
  it('requires a source proof exactly where the policy names a source', () => {
    const source = { repository: 'https://github.com/example/app', include: [], exclude: [] };

    expect(requirements.SOURCE_PROOF).toBe('optional');
    expect(requirementsOf({ ...policy, source }).SOURCE_PROOF).toBe('required');
  });

  it('requires what the policy asks for beyond the default', () => {
    const asked = requirementsOf({ ...policy, require: { provenance: true, sbom: true, lineage: true, lockedImages: false } });

    expect([asked.PROVENANCE, asked.SBOM, asked.LINEAGE]).toEqual(['required', 'required', 'required']);
  });

  it('lets no policy waive the claims that are never waived', () => {
    const lax = requirementsOf({ ...policy, mode: 'audit', pairing: 'locked', tagRule: 'any' });

    const always = claimNames.filter((claim) => lax[claim] === 'always');
    expect(always).toHaveLength(7);
  });
});
