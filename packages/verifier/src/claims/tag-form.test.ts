import { describe, expect, it } from 'vitest';
import { judgeTagForm } from './tag-form.ts';
import { commit, record, tag } from './testing/release.ts';

const codes = (tags: { imageTag?: string; capsuleTag?: string; freightTag?: string }, tagRule: 'git-commit' | 'any' = 'git-commit') => {
  return judgeTagForm({ record, tagRule, ...tags }).map(({ code }) => code);
};

describe('judgeTagForm', () => {
  it('proves tags that name the record\'s commit', () => {
    expect(codes({ imageTag: tag, capsuleTag: tag })).toEqual(['TAG_NAMES_COMMIT']);
  });

  it('refutes each tag that names another commit', () => {
    const other = `git-${'1'.repeat(40)}`;

    expect(codes({ imageTag: other, capsuleTag: other })).toEqual(['TAG_OTHER_COMMIT', 'TAG_OTHER_COMMIT']);
    expect(codes({ imageTag: tag, capsuleTag: other })).toEqual(['TAG_OTHER_COMMIT']);
  });

  it("refutes the Freight's tag of the capsule even where the caller states a better one", () => {
    expect(codes({ capsuleTag: tag, freightTag: `git-${'1'.repeat(40)}` })).toEqual(['TAG_OTHER_COMMIT']);
    expect(codes({ capsuleTag: tag, freightTag: tag })).toEqual(['TAG_NAMES_COMMIT']);
  });

  it('refutes a SHA-256 commit where the record has a SHA-1 one, even if it begins alike', () => {
    expect(codes({ imageTag: `git-${commit}${'0'.repeat(24)}` })).toEqual(['TAG_OTHER_COMMIT']);
  });

  it.each([
    ['a short commit', 'git-0cc4cd8'],
    ['upper case', `git-${commit.toUpperCase()}`],
    ['something before', `v-${tag}`],
    ['something after', `${tag}-amd64`],
    ['a line end after', `${tag}\n`],
    ['41 digits', `${tag}0`],
    ['a version', '1.2.3'],
    ['a prototype', '__proto__'],
  ])('refutes a tag with %s', (_what, imageTag) => {
    expect(codes({ imageTag })).toEqual(['TAG_NOT_A_COMMIT']);
  });

  it('judges the record\'s own tag as well', () => {
    const image = { ...record.image, tag: 'latest' };

    const findings = judgeTagForm({ record: { ...record, image }, tagRule: 'git-commit', capsuleTag: tag });

    expect(findings.map(({ code }) => code)).toEqual(['TAG_NOT_A_COMMIT']);
  });

  it('leaves the decision to the digest where nothing states a tag', () => {
    const { image: _image, ...withoutImage } = record;

    const findings = judgeTagForm({ record: withoutImage, tagRule: 'git-commit' });

    expect(findings.map(({ code }) => code)).toEqual(['TAG_ABSENT']);
  });

  it('lets tags have any form where the policy says so', () => {
    expect(codes({ imageTag: '1.2.3' }, 'any')).toEqual(['TAG_ANY']);
  });
});
