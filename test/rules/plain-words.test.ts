import { describe, expect, test } from 'vitest';
import { readSourceFiles, withoutComments } from './source-files.ts';

// Riddles, and old names of things: a reader at work, often at night, has no time for them.
const riddles = [
  /\bwhoever\b/i,
  /\bnobody\b/i,
  /\bsomebody\b/i,
  /\bcould not (?:be )?t(?:ell|old)\b/i,
  /\bask differently\b/i,
  /\b(?:is|are) there already\b/i,
  /\bwhich is (?:none|no (?!longer))/i,
  /\bsays? (?:of itself|no time)\b/i,
  /\bexclude each other\b.*\bexactly\b/i,
  /\bcount(?:ed|s) (?:until|from)\b/i,
  /\bshould that be\b/i,
  /\bwhat it holds (?:makes|says)\b/i,
  /\bnothing says who\b/i,
  /(?<!\bthere )\b(?:is|are) no (?!longer\b)/i,
];

describe('texts for people', () => {
  test.each(['core', 'capsule-schema', 'oci', 'packer', 'promoter', 'verifier', 'cli'])('of %s hold no riddle', (name) => {
    const found = readSourceFiles(`packages/${name}/src`).flatMap(({ path, text, isTest }) => {
      if (isTest) return [];
      const texts = withoutComments(text).match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
      return texts.filter((literal) => riddles.some((riddle) => riddle.test(literal))).map((literal) => `${path}: ${literal}`);
    });

    expect(found).toEqual([]);
  });
});
