import { describe, expect, it } from 'vitest';
import { judgeTagMoved, type TagLookup } from './tag-moved.ts';
import { capsuleDigest as digest, otherDigest, tag } from './testing/release.ts';

const codes = (lookup: TagLookup) => judgeTagMoved({ tag, digest, lookup }).map(({ code }) => code);

describe('judgeTagMoved', () => {
  it('tells the four answers of a look-up apart', () => {
    expect(codes({ kind: 'found', digest })).toEqual(['TAG_UNMOVED']);
    expect(codes({ kind: 'found', digest: otherDigest })).toEqual(['TAG_POINTS_ELSEWHERE']);
    expect(codes({ kind: 'missing' })).toEqual(['TAG_DELETED']);
    expect(codes({ kind: 'failed', message: 'timed out' })).toEqual(['TAG_LOOKUP_FAILED']);
  });

  it('judges nothing where there is no tag, or nobody looked', () => {
    expect(judgeTagMoved({ digest })).toMatchObject([{ code: 'TAG_MOVED_NOT_JUDGED', state: 'unknown' }]);
    expect(judgeTagMoved({ tag, digest })).toMatchObject([{ code: 'TAG_MOVED_NOT_JUDGED', state: 'unknown' }]);
  });
});
