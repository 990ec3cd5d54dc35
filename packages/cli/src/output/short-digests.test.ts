import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenDigests } from './short-digests.ts';

const digits = (digit: string, count = 64): string => digit.repeat(count);

describe('shortenDigests', () => {
  it('cuts digests, commits and the tags that name them to twelve digits', () => {
    expect(shortenDigests([`app:git-${digits('a', 40)}@sha256:${digits('b')} at ${digits('c', 40)}`])).toEqual([
      `app:git-${digits('a', 12)}@sha256:${digits('b', 12)} at ${digits('c', 12)}`,
    ]);
  });

  it('leaves whole what would look the same and is not, wherever in the text the other one stands', () => {
    const [got, wanted] = [`${digits('a', 12)}${digits('1', 52)}`, `${digits('a', 12)}${digits('2', 52)}`];

    expect(shortenDigests([`got sha256:${got}`, `wanted sha256:${wanted}`])).toEqual([`got sha256:${got}`, `wanted sha256:${wanted}`]);
  });

  it('leaves everything else alone', () => {
    const lines = [digits('a', 39), digits('a', 41), `x${digits('a', 40)}`, `${digits('a', 64)}Z`, 'deadbeef', digits('A', 40)];

    expect(shortenDigests(lines)).toEqual(lines);
  });

  it('never lets two digests look the same', () => {
    const digest = fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2', '3')).map(([head, tail]) => `${digits(head, 12)}${digits(tail, 52)}`);
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 6 }), (found) => {
        expect(new Set(shortenDigests(found)).size).toBe(new Set(found).size);
      }),
    );
  });
});
