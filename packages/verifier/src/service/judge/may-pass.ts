import type { VerdictReport } from '../../findings/report.ts';

/** A registry that asks to be left alone, refuses the credentials, or leads astray, is not asked again within seconds. */
const lasting = /_(?:THROTTLED|FORBIDDEN|MISDIRECTED)$/;

/** Tells whether a verdict that could not be told may well be told a moment later. */
export function mayPass({ outcome, findings }: VerdictReport): boolean {
  if (outcome !== 'unknown') return false;
  return !findings.some(({ state, code }) => state === 'unknown' && lasting.test(code));
}

/** Lists the codes of what could not be looked up; what was left unjudged because of it is left out. */
export function lookupFailures({ findings }: VerdictReport): readonly string[] {
  return findings.filter(({ state, code }) => state === 'unknown' && !code.endsWith('_NOT_JUDGED')).map(({ code }) => code);
}
