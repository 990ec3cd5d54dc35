import type { VerdictReport } from '../../findings/report.ts';

/** What a verification has found, and whether it was found now. */
export interface Judgement {
  readonly report: VerdictReport;
  readonly isCached: boolean;
}
