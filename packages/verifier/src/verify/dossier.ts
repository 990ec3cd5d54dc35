import type { Descriptor } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import type { CapsuleCoordinates } from '../claims/capsule-digest.ts';
import { claimNames } from '../findings/claim.ts';
import { type Finding, notJudged } from '../findings/finding.ts';
import { reportVerdict, type VerdictReport } from '../findings/report.ts';
import { type Outcome, type Requirements, decide, requirementsOf } from '../findings/verdict.ts';
import type { Freight } from '../freight/freight.ts';
import { policyDigest } from '../policy/policy-digest.ts';
import type { Policy, PolicySigner } from '../policy/policy.ts';
import { signerId } from '../policy/read-signers.ts';
import { acceptCapsule, type VerifiedContent } from '../unpack/verified-capsule.ts';
import type { Verdict } from './verdict.ts';

/** What a verification is about, from its beginning. */
export interface DossierInput {
  readonly freight: Freight;
  readonly policy: Policy;
  readonly coordinates: CapsuleCoordinates;
  /** Where the capsule was looked for, as far as that is known. */
  readonly place: string | undefined;
}

/** Gathers the findings of one verification, and makes its verdict. The only place that accepts a capsule. */
export class Dossier {
  descriptor: Descriptor | undefined;
  record: ReleaseRecord | undefined;
  /** Those whose signatures count. */
  signers: readonly PolicySigner[] = [];
  readonly #input: DossierInput;
  readonly #requirements: Requirements;
  readonly #findings: Finding[] = [];

  constructor(input: DossierInput) {
    this.#input = input;
    this.#requirements = requirementsOf(input.policy);
  }

  add(...findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /** Tells whether what was found already rules acceptance out. */
  isBlocked(): boolean {
    return this.#findings.some((finding) => !isTolerated(finding, this.#requirements));
  }

  /** Ends a verification early: claims that were not reached count as unknown, for the reason given. */
  close(why: string): Verdict {
    const judged = new Set(this.#findings.map(({ claim }) => claim));
    for (const claim of claimNames) {
      const isNeeded = this.#requirements[claim] === 'always' || this.#requirements[claim] === 'required';
      if (isNeeded && !judged.has(claim)) this.add(notJudged(claim, why));
    }
    const { outcome } = decide(this.#findings, this.#requirements);
    return this.#refuse(outcome);
  }

  /** Decides, once every claim has been judged. Closes the layer of a capsule that is not accepted. */
  async decide(content: VerifiedContent | undefined): Promise<Verdict> {
    if (content === undefined) return this.close('the layer could not be read');
    const { outcome, accepted } = decide(this.#findings, this.#requirements);
    if (!accepted) {
      await content.layer.close();
      return this.#refuse(outcome);
    }
    const capsule = acceptCapsule(content);
    return { accepted: true, outcome: 'accepted', capsule, findings: this.#findings, report: this.#report(outcome) };
  }

  #refuse(outcome: Outcome): Verdict {
    const told = outcome === 'unknown' ? 'unknown' : 'refused'; // nothing that ends early is accepted
    return { accepted: false, outcome: told, findings: this.#findings, report: this.#report(told) };
  }

  #report(outcome: Outcome): VerdictReport {
    const { freight, policy, coordinates, place } = this.#input;
    const digest = this.descriptor?.digest ?? coordinates.pinned ?? coordinates.requested;
    return reportVerdict({
      outcome,
      enforced: policy.mode === 'enforce',
      capsule: {
        ...(digest !== undefined && { digest }),
        ...(place !== undefined && { repository: place }),
        ...(coordinates.tag !== undefined && { tag: coordinates.tag }),
      },
      ...(this.record !== undefined && { record: this.record }),
      signers: this.signers.map(signerId),
      ...(freight.name !== undefined && { freightName: freight.name }),
      policyDigest: policyDigest(policy),
      findings: this.#findings,
    });
  }
}

function isTolerated({ claim, state }: Finding, requirements: Requirements): boolean {
  const requirement = requirements[claim];
  if (state === 'proven' || requirement === 'reported') return true;
  return state === 'unknown' && requirement === 'optional';
}
