import { describe, expect, it } from 'vitest';
import { fallbackHints } from './fallback-hints.ts';

const hints = Object.entries(fallbackHints).flatMap(([name, table]: [string, Readonly<Record<string, string>>]) => {
  return Object.entries(table).map(([code, hint]) => ({ name, code, hint }));
});
const where = (holds: (hint: string, code: string) => boolean) => hints.filter(({ hint, code }) => holds(hint, code)).map(({ code, hint }) => `${code}: ${hint}`);

describe('the hint of an error', () => {
  it('is one sentence or two, of 30 words at most', () => {
    expect(where((hint) => hint.split(/(?<=[.!])\s+(?=[A-Z])/).length > 2)).toEqual([]);
    expect(where((hint) => hint.split(/\s+/).length > 30)).toEqual([]);
    expect(where((hint) => !/^[A-Z].*\.$/.test(hint))).toEqual([]);
  });

  it('holds no riddle', () => {
    expect(where((hint) => /\b(?:whoever|nobody|somebody|of itself|if it persists|ask differently|could not tell)\b/i.test(hint))).toEqual([]);
  });

  it('is not to try again where the registry refuses the credentials, or the bytes are wrong', () => {
    const stays = /^(?:UNAUTHORIZED|FORBIDDEN|CREDENTIALS_INVALID|REALM_UNTRUSTED|DIGEST_MISMATCH|SOURCE_PROOF_REFUTED|RECORD_MISMATCH)$/;
    expect(hints.filter(({ code }) => stays.test(code))).toHaveLength(7);
    expect(where((hint, code) => stays.test(code) && /again/i.test(hint.replace('Pack again', '')))).toEqual([]);
  });

  it('is to try again later where a service is too busy', () => {
    expect(fallbackHints.OciError.THROTTLED).toBe('Try again later.');
  });

  it('never says to sign by hand what was refused', () => {
    expect(where((hint) => /\b(?:capsule|cosign) sign\b|\badd the (?:signer|key)\b/i.test(hint))).toEqual([]);
  });
});
