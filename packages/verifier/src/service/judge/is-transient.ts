import type { VerdictReport } from '../../findings/report.ts';

/** A lookup that failed and may well succeed a moment later. */
const transient = /_(?:LOOKUP_FAILED|INCOMPLETE)$/;
/** A registry that asks to be left alone, or refuses the credentials, is not asked again within seconds. */
const patient = /_(?:THROTTLED|FORBIDDEN)$/;
/** What stays so however often it is asked: the caller's own words, what is in the registry, or where it leads. */
const final = /_(?:MISDIRECTED|TOO_MANY|UNCOMPUTABLE)$/;

/** Tells whether an undetermined verdict may well be reached a moment later. */
export function isTransient({ outcome, findings }: VerdictReport): boolean {
  if (outcome !== 'unknown') return false;
  const codes = findings.filter(({ state }) => state === 'unknown').map(({ code }) => code);
  return codes.some((code) => transient.test(code)) && !codes.some((code) => patient.test(code) || final.test(code));
}

/** Tells whether no second try can change what these codes say. */
export function isFinal(codes: readonly string[]): boolean {
  return codes.some((code) => final.test(code));
}

/** Lists the codes of what could not be looked up; what was left unjudged because of it is left out. */
export function lookupFailures({ findings }: VerdictReport): readonly string[] {
  return findings.filter(({ state, code }) => state === 'unknown' && !code.endsWith('_NOT_JUDGED')).map(({ code }) => code);
}
