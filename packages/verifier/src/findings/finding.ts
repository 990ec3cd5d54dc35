import type { ClaimName, FindingState } from './claim.ts';
import type { FindingCode, NotJudgedCode, ProvenCode, RefutedCode, UnknownCode } from './finding-code.ts';
import { findingTable } from './finding-table.ts';

/** Values that back a finding up: what was found, what was wanted. Plain data. */
export type Evidence = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What a verification found about one claim. */
export interface Finding {
  readonly claim: ClaimName;
  readonly state: FindingState;
  readonly code: FindingCode;
  /** One sentence for people; texts from outside in it are quoted. */
  readonly message: string;
  readonly evidence?: Evidence;
  /** What to do next; absent where the claim is proven. */
  readonly hint?: string;
}

/** What a finding can carry beside its message; the hint is the code's own where none is given. */
export interface FindingDetails {
  readonly evidence?: Evidence;
  readonly hint?: string;
}

/** Makes a finding that a claim holds. */
export function proven(code: ProvenCode, message: string, details: FindingDetails = {}): Finding {
  const [claim] = findingTable[code];
  return { claim, state: 'proven', code, message, ...details };
}

/** Makes a finding that a claim does not hold. */
export function refuted(code: RefutedCode, message: string, details: FindingDetails = {}): Finding {
  const [claim, , meaning, hint] = findingTable[code];
  return { claim, state: 'refuted', code, message: said(message, meaning), hint, ...details };
}

/** Makes a finding that a claim could not be looked up. */
export function unknown(code: UnknownCode, message: string, details: FindingDetails = {}): Finding {
  const [claim, , meaning, hint] = findingTable[code];
  return { claim, state: 'unknown', code, message: said(message, meaning), hint, ...details };
}

/** An error of a library may have no text; the code has one. */
function said(message: string, meaning: string): string {
  return message.trim() === '' ? meaning : message;
}

/** Makes a finding that a claim was not judged, with the reason why. */
export function notJudged(claim: ClaimName, why: string): Finding {
  const code: NotJudgedCode = `${claim}_NOT_JUDGED`;
  return { claim, state: 'unknown', code, message: `${claim} was not judged: ${why}` };
}
