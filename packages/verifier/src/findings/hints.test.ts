import { describe, expect, it } from 'vitest';
import { findingTable } from './finding-table.ts';

const rows = Object.entries(findingTable).map(([code, [claim, state, , hint]]) => ({ code, claim, state, hint }));
const refuted = rows.filter(({ state }) => state === 'refuted');
const unlooked = rows.filter(({ state }) => state === 'unknown');

const codesWhere = (some: typeof rows, holds: (hint: string) => boolean): readonly string[] => {
  return some.filter(({ hint }) => holds(hint)).map(({ code, hint }) => `${code}: ${hint}`);
};

const sentences = (hint: string): readonly string[] => hint.split(/(?<=[.!])\s+(?=[A-Z])/);

describe('every hint', () => {
  it('is one sentence or two, of 30 words at most', () => {
    expect(codesWhere(rows, (hint) => sentences(hint).length > 2)).toEqual([]);
    expect(codesWhere(rows, (hint) => sentences(hint).some((sentence) => sentence.split(/\s+/).length > 30))).toEqual([]);
    expect(codesWhere(rows, (hint) => !/^[A-Z].*\.$/.test(hint))).toEqual([]);
  });

  it('is plain: no riddle, no choice between two things to do', () => {
    const riddle = /\b(?:whoever|nobody|who(?:m)? that|what nobody|which is none|could not tell|of itself|somebody)\b/i;
    expect(codesWhere(rows, (hint) => riddle.test(hint))).toEqual([]);
    expect(codesWhere(rows, (hint) => /;|\belse\b|\bif it persists\b|, or (?!the )/.test(hint))).toEqual([]);
  });
});

describe('the hint of a refused claim', () => {
  it('never tells anyone to sign, to attach or to trust by hand what CI has not', () => {
    const byHand = /\b(?:capsule|cosign) (?:sign|attest)\b|\bsign(?:s)? (?:it|the (?:release|capsule|image)|with)\b|\battach\b|\badd the (?:signer|key|identity)\b|\bname (?:it|the signer|its id)\b/i;
    const exempted = refuted.map((row) => ({ ...row, hint: row.hint.replaceAll(/did not sign (?:it|the image)/g, '') }));
    expect(codesWhere(exempted, (hint) => byHand.test(hint))).toEqual([]);
  });

  it('never loosens what is verified', () => {
    const looser = /allow\.|--allow|--no-|logEntries|tagRule|pairing|unlockedImages|externalReferences|raise the limit|fewer|threshold|mode: audit/i;
    expect(codesWhere(refuted, (hint) => looser.test(hint))).toEqual([]);
  });

  it('is not to try again: nothing changes by that', () => {
    expect(codesWhere(refuted, (hint) => /\btry again\b|\bwait\b/i.test(hint))).toEqual([]);
  });

  it('is one and the same where the capsule is unsigned, wrongly signed or signed by a denied signer', () => {
    const signing = refuted.filter(({ code }) => signedWrongly.includes(code));
    expect(signing.map(({ code }) => code).sort()).toEqual([...signedWrongly].sort());
    expect([...new Set(signing.map(({ hint }) => hint))]).toEqual([
      'Do not deploy it. Find out why CI did not sign it, and release again.',
    ]);
  });

  it('begins with not deploying it, wherever a signature or a denial is what is wrong', () => {
    const wrong = refuted.filter(({ claim }) => claim === 'SIGNATURE' || claim === 'NOT_DENIED' || claim === 'IMAGE_SIGNATURE');
    const mayBeTheRoot = wrong.filter(({ hint }) => !hint.startsWith('Do not deploy it.')).map(({ code }) => code);
    expect(mayBeTheRoot).toEqual(['IMAGE_MISSING']);
  });
});

/** Codes that say that the signature that should be there is not. */
const signedWrongly: readonly string[] = [
  'SIGNATURE_MISSING', 'SIGNATURE_UNTRUSTED', 'SIGNATURE_MALFORMED', 'SIGNATURE_SEVERAL_SUBJECTS', 'SIGNATURE_NOT_A_SIGNATURE',
  'SIGNATURE_EXPIRED', 'SIGNATURE_TOO_EARLY', 'SIGNATURE_BY_KEY', 'SIGNATURE_BY_CERTIFICATE', 'SIGNATURE_BY_DENIED',
  'SIGNATURE_WRONG_IDENTITY', 'SIGNATURE_WRONG_ISSUER', 'SIGNATURE_CLAIM_DIFFERS', 'SIGNATURE_CERTIFICATE_EXPIRED',
  'SIGNATURE_TIME_MISSING', 'SIGNATURE_LOG_MISSING', 'SIGNATURE_THRESHOLD', 'SIGNATURE_TOO_LARGE',
  'SIGNER_DENIED', 'SIGNER_NOT_YET_VALID', 'SIGNER_RETIRED',
];

describe('the hint of what could not be looked up', () => {
  it('is to check the credentials where they were refused, and not to try again', () => {
    const forbidden = unlooked.filter(({ code }) => code.endsWith('_FORBIDDEN'));
    expect(forbidden.length).toBeGreaterThan(5);
    expect(codesWhere(forbidden, (hint) => /try again/i.test(hint) || !/credentials/.test(hint))).toEqual([]);
  });

  it('is to try again later where the registry is too busy', () => {
    const throttled = unlooked.filter(({ code }) => code.endsWith('_THROTTLED'));
    expect(throttled.length).toBeGreaterThan(5);
    expect([...new Set(throttled.map(({ hint }) => hint))]).toEqual(['Try again later.']);
  });

  it('is the same for one cause, whichever claim it stops', () => {
    for (const cause of ['FORBIDDEN', 'THROTTLED', 'LOOKUP_FAILED', 'MISDIRECTED']) {
      const hints = unlooked.filter(({ code }) => code.endsWith(`_${cause}`)).map(({ hint }) => hint);
      expect(new Set(hints).size, cause).toBe(1);
    }
  });
});
