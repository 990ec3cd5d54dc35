import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimNames } from './claim.ts';
import { findingTable } from './finding-codes.ts';
import { notJudged, proven, refuted, unknown } from './finding.ts';
import { quote } from './quote.ts';

describe('a finding', () => {
  it('takes its claim from its code', () => {
    expect(proven('DIGEST_MATCHES', 'it matches')).toEqual({
      claim: 'CAPSULE_DIGEST',
      state: 'proven',
      code: 'DIGEST_MATCHES',
      message: 'it matches',
    });
  });

  it('takes its hint from its code, unless one is given', () => {
    expect(refuted('SIGNATURE_MISSING', 'nobody signed').hint).toBe('Sign it: capsule sign.');
    expect(unknown('TAG_LOOKUP_FAILED', 'no answer', { hint: 'Wait.' }).hint).toBe('Wait.');
  });

  it('says of a claim that was not judged that it is unknown', () => {
    expect(notJudged('SBOM', 'this version cannot')).toMatchObject({
      claim: 'SBOM',
      state: 'unknown',
      code: 'SBOM_NOT_JUDGED',
    });
  });
});

describe('the table of codes', () => {
  it('has a defect of its own for every claim that this version judges', () => {
    const withDefect = new Set(
      Object.values(findingTable)
        .filter(([, state]) => state === 'refuted')
        .map(([claim]) => claim),
    );

    const without = claimNames.filter((claim) => !withDefect.has(claim));

    expect(without).toEqual(['IMAGE_SIGNATURE', 'PROVENANCE', 'SBOM', 'LINEAGE', 'SUMMARY']);
  });

  it('says what to do about every code that is not proven', () => {
    const silent = Object.entries(findingTable).filter(([, [, state, , advice]]) => {
      return state !== 'proven' && advice === 'Nothing.';
    });

    expect(silent.map(([code]) => code)).toEqual(['SOURCE_PROOF_ABSENT']);
  });
});

describe('quote', () => {
  it('leaves nothing that a terminal would obey', () => {
    expect(quote('a\u001b[2Jb')).toBe('"a\\u001b[2Jb"');
    expect(quote('app\u202egpj.\u009b')).toBe('"app\\u{202e}gpj.\\u{9b}"');
  });

  it('cuts what is too long to read', () => {
    expect(quote('x'.repeat(5000))).toBe(`"${'x'.repeat(200)}..."`);
  });

  it('gives printable text for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(quote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
