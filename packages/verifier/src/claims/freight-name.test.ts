import { describe, expect, it } from 'vitest';
import { judgeFreightName } from './freight-name.ts';
import { appImage, capsuleImage, freightOf, otherDigest } from './testing/release.ts';

const origin = { kind: 'Warehouse', name: 'app' };
const freight = { ...freightOf(appImage, capsuleImage), origin };
const name = '5a642f17c06a93a70238113dd0e6aeec65400c22'; // computed by Kargo's rules, in Go

describe('judgeFreightName', () => {
  it('proves a Freight that is named by what it holds', () => {
    const findings = judgeFreightName({ ...freight, name });

    expect(findings).toMatchObject([{ code: 'FREIGHT_NAME_MATCHES', evidence: { name } }]);
  });

  it('has nothing to say against a Freight without a name', () => {
    expect(judgeFreightName(freight)).toMatchObject([{ code: 'FREIGHT_NAME_ABSENT', state: 'proven' }]);
  });

  it.each([
    ['an image\'s digest', { ...freight, images: [{ ...appImage, digest: otherDigest }, capsuleImage] }],
    ['the capsule taken out', { ...freight, images: [appImage] }],
    ['another Warehouse', { ...freight, origin: { ...origin, name: 'other' } }],
    ['a commit put in', { ...freight, commits: [{ repoURL: 'https://github.com/example/app', id: '1' }] }],
  ])('refutes a Freight with %s', (_what, changed) => {
    expect(judgeFreightName({ ...changed, name })).toMatchObject([{ code: 'FREIGHT_NAME_DIFFERS', state: 'refuted' }]);
  });

  it('refutes the same name in upper case', () => {
    const findings = judgeFreightName({ ...freight, name: name.toUpperCase() });

    expect(findings).toMatchObject([{ code: 'FREIGHT_NAME_DIFFERS' }]);
  });

  it('cannot tell where it would have to guess', () => {
    const odd = { ...freight, name, commits: [{ repoURL: 'https://h/%41', id: '1' }] };

    expect(judgeFreightName(odd)).toMatchObject([{ code: 'FREIGHT_NAME_UNCOMPUTABLE', state: 'unknown' }]);
  });
});
