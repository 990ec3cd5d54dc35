import { describe, expect, it } from 'vitest';
import { judgeTagMoved, type TagLookup } from './tag-moved.ts';
import { capsuleDigest as digest, otherDigest, tag } from './testing/release.ts';

const codeOf = (lookup: TagLookup) => judgeTagMoved({ tag, digest, lookup }).code;

describe('judgeTagMoved', () => {
  it('tells the four answers of a look-up apart', () => {
    expect(codeOf({ kind: 'found', digest })).toBe('TAG_UNMOVED');
    expect(codeOf({ kind: 'found', digest: otherDigest })).toBe('TAG_POINTS_ELSEWHERE');
    expect(codeOf({ kind: 'missing' })).toBe('TAG_DELETED');
    expect(codeOf({ kind: 'failed', message: 'timed out' })).toBe('TAG_LOOKUP_FAILED');
  });
});
