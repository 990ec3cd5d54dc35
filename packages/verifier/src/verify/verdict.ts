import type { Finding } from '../findings/finding.ts';
import type { VerdictReport } from '../findings/report.ts';
import type { ReleaseSigner } from '../summary/summary.ts';
import type { VerifiedCapsule } from '../unpack/verified-capsule.ts';

/**
 * The answer of a verification. Only an accepted one holds a capsule, whatever the policy's mode; `report` is what
 * `--json` prints.
 */
export type Verdict =
  | {
      readonly accepted: true;
      readonly outcome: 'accepted';
      readonly capsule: VerifiedCapsule;
      readonly findings: readonly Finding[];
      readonly report: VerdictReport;
      /** Who had signed the release; where an earlier summary stands for that, who had signed it says. */
      readonly releaseSigners: readonly ReleaseSigner[];
    }
  | {
      readonly accepted: false;
      readonly outcome: 'refused' | 'unknown';
      readonly findings: readonly Finding[];
      readonly report: VerdictReport;
    };
