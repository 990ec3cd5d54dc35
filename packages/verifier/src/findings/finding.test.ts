import { describe, expect, it } from 'vitest';
import { claimNames } from './claim.ts';
import type { RefutedCode, UnknownCode } from './finding-code.ts';
import { findingTable } from './finding-table.ts';
import { notJudged, proven, refuted, unknown } from './finding.ts';

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
    expect(refuted('RECORD_TOO_LARGE', 'it is too large').hint).toBe('Shorten its annotations, and release again.');
    expect(unknown('TAG_LOOKUP_FAILED', 'no answer', { hint: 'Wait.' }).hint).toBe('Wait.');
  });

  it('says what its code means where nothing else says why', () => {
    for (const [code, [, state, meaning]] of Object.entries(findingTable)) {
      if (state === 'refuted') expect(refuted(code as RefutedCode, ' ').message).toBe(meaning);
      if (state === 'unknown') expect(unknown(code as UnknownCode, '').message).toBe(meaning);
      expect(meaning).not.toBe('');
    }
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

    expect(without).toEqual(['LINEAGE']);
  });

  it('says what to do about every code that is not proven', () => {
    const silent = Object.entries(findingTable).filter(([, [, state, , advice]]) => {
      return state !== 'proven' && advice === 'Nothing.';
    });

    expect(silent.map(([code]) => code)).toEqual(['SOURCE_PROOF_ABSENT']);
  });
});
