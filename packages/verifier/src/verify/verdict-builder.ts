import type { Descriptor } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import { claimNames } from '../findings/claim.ts';
import { blocks, type Decision, decide, isNeeded, type Requirements, requirementsOf, stoppingClaims } from '../findings/decision.ts';
import { type Finding, notJudged } from '../findings/finding.ts';
import { reportVerdict, type VerdictReport } from '../findings/report.ts';
import type { Freight } from '../freight/freight.ts';
import { policyDigest } from '../policy/policy-digest.ts';
import type { Policy } from '../policy/policy.ts';
import { signerId } from '../policy/signer-id.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import { releaseSigner } from '../summary/release-signer.ts';
import { acceptCapsule, type VerifiedContent } from '../unpack/verified-capsule.ts';
import type { JudgedSigned } from './judge-signed.ts';
import type { Verdict } from './verdict.ts';
import type { VerifyRequest } from './verify-request.ts';

/** What a verification is about, from its beginning. */
export interface VerdictBuilderInput {
  readonly freight: Freight;
  readonly policy: Policy;
  readonly request: Pick<VerifyRequest, 'coordinates' | 'place'>;
}

/** Gathers the findings of one verification, and makes its verdict. The only place that accepts a capsule. */
export class VerdictBuilder {
  descriptor: Descriptor | undefined;
  record: ReleaseRecord | undefined;
  /** Whose signatures count. */
  signatures: Pick<JudgedSigned, 'counted' | 'releaseSigners'> = { counted: [], releaseSigners: [] };
  readonly #input: VerdictBuilderInput;
  readonly #requirements: Requirements;
  readonly #findings: Finding[] = [];

  constructor(input: VerdictBuilderInput) {
    this.#input = input;
    this.#requirements = requirementsOf(input.policy);
  }

  add(...findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /** Notes who has signed another part of the release than the capsule. */
  addSigners(by: readonly CountedSignature[]): void {
    const { releaseSigners } = this.signatures;
    this.signatures = { ...this.signatures, releaseSigners: [...releaseSigners, ...by.map(releaseSigner)] };
  }

  /** Tells whether what was found already rules acceptance out. */
  isBlocked(): boolean {
    return this.#findings.some((finding) => blocks(finding, this.#requirements[finding.claim]));
  }

  /** Ends a verification early: claims that were not reached count as unknown, for the reason given. */
  close(why: string): Verdict {
    this.add(...this.#notReached(why));
    return this.#refuse(decide(this.#findings, this.#requirements));
  }

  /** Reports what was found until now, for a caller who cannot wait for the end. It accepts nothing. */
  reportSoFar(why: string): VerdictReport {
    const findings = [...this.#findings, ...this.#notReached(why)];
    return this.#report(notAccepted(decide(findings, this.#requirements)), findings);
  }

  /** Decides, once every claim has been judged. Closes the tree of a capsule that is not accepted. */
  async decide(content: VerifiedContent | undefined): Promise<Verdict> {
    if (content === undefined) return this.close('the layer could not be read');
    const decision = decide(this.#findings, this.#requirements);
    if (!decision.accepted) {
      await content.tree.close();
      return this.#refuse(decision);
    }
    const capsule = acceptCapsule(content);
    const { releaseSigners } = this.signatures;
    return { accepted: true, outcome: 'accepted', capsule, findings: this.#findings, report: this.#report(decision), releaseSigners };
  }

  #notReached(why: string): readonly Finding[] {
    const judged = new Set(this.#findings.map(({ claim }) => claim));
    return claimNames.filter((claim) => isNeeded(this.#requirements[claim]) && !judged.has(claim)).map((claim) => notJudged(claim, why));
  }

  #refuse(decision: Decision): Verdict {
    const outcome = decision.outcome === 'unknown' ? 'unknown' : 'refused'; // nothing that ends early is accepted
    return { accepted: false, outcome, findings: this.#findings, report: this.#report({ ...decision, outcome }) };
  }

  #report(decision: Pick<Decision, 'outcome' | 'blocking'>, findings: readonly Finding[] = this.#findings): VerdictReport {
    const { freight, policy, request } = this.#input;
    const { coordinates, place } = request;
    const digest = this.descriptor?.digest ?? coordinates.pinned ?? coordinates.requested;
    return reportVerdict({
      outcome: decision.outcome,
      enforced: policy.mode !== 'audit', // what is misspelt in a policy of a program's own must not end what it enforces
      stoppedBy: stoppingClaims(decision),
      capsule: {
        ...(digest !== undefined && { digest }),
        ...(place !== undefined && { repository: place }),
        ...(coordinates.tag !== undefined && { tag: coordinates.tag }),
      },
      ...(this.record !== undefined && { record: this.record }),
      signers: this.signatures.counted.map(({ signer }) => signerId(signer)),
      ...(freight.name !== undefined && { freightName: freight.name }),
      policyDigest: policyDigest(policy),
      findings,
    });
  }
}

function notAccepted(decision: Decision): Pick<Decision, 'outcome' | 'blocking'> {
  return { ...decision, outcome: decision.outcome === 'refused' ? 'refused' : 'unknown' };
}
