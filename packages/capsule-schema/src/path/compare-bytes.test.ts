import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from './compare-bytes.ts';

describe('compareUtf8', () => {
  it.each([
    ['a', 'b'],
    ['a', 'aa'],
    ['', 'a'],
    ['a-b', 'a/b'],
    ['Z', 'a'],
    ['z', 'é'],
    ['\ud7ff', '\ue000'],
    ['\uffff', '\u{10000}'],
    ['\u{10000}', '\u{10001}'],
    ['a\uffee', 'a\u{10348}'],
  ])('puts %j before %j', (a, b) => {
    expect(compareUtf8(a, b)).toBeLessThan(0);
    expect(compareUtf8(b, a)).toBeGreaterThan(0);
    expect(compareUtf8(a, a)).toBe(0);
  });

  it('orders texts as their bytes', () => {
    const edges = fc.constantFrom('a', '/', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    const near = fc.string({ unit: edges });
    const texts = fc.oneof(near, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });
});
