import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDigester, digestAlgorithm, digestHex, digestOf, isOciDigest, parseOciDigest } from './digest.ts';
import { OciError } from './errors.ts';
import { bytesOf } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';

const emptySha256 = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('parseOciDigest', () => {
  it('takes SHA-256 and SHA-512 in lower-case hex', () => {
    expect(parseOciDigest(emptySha256)).toBe(emptySha256);
    expect(parseOciDigest(`sha512:${'0f'.repeat(64)}`)).toBe(`sha512:${'0f'.repeat(64)}`);
  });

  it.each([
    '',
    'sha256:',
    emptySha256.toUpperCase(),
    emptySha256.replace('e3b0', 'E3B0'),
    emptySha256.slice(0, -1),
    `${emptySha256}0`,
    `${emptySha256}\n`,
    ` ${emptySha256}`,
    `sha512:${'0'.repeat(64)}`,
    `sha256:${'0'.repeat(128)}`,
    `md5:${'0'.repeat(32)}`,
    `sha256:../../../../etc/passwd`,
  ])('refuses %j', async (text) => {
    const error = await expectCode('DESCRIPTOR_INVALID', () => parseOciDigest(text));
    expect(error.hint).toContain('lower-case');
  });

  it('answers any text with a digest or a typed error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(isOciDigest(parseOciDigest(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
    );
  });
});

describe('digestOf', () => {
  it('hashes the known vectors', () => {
    expect(digestOf(bytesOf(''))).toBe(emptySha256);
    expect(digestOf(bytesOf('{}'))).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(digestOf(bytesOf(''), 'sha512').slice(0, 23)).toBe('sha512:cf83e1357eefb8bd');
  });

  it('gives what the piecewise hash gives, wherever the content is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.constantFrom('sha256', 'sha512'), (chunks, algorithm) => {
        const digester = createDigester(algorithm);
        for (const chunk of chunks) digester.update(chunk);
        expect(digester.digest()).toBe(digestOf(Buffer.concat(chunks), algorithm));
      }),
    );
  });
});

it('takes a digest apart', () => {
  const digest = parseOciDigest(`sha512:${'ab'.repeat(64)}`);
  expect(digestAlgorithm(digest)).toBe('sha512');
  expect(digestAlgorithm(parseOciDigest(emptySha256))).toBe('sha256');
  expect(digestHex(digest)).toBe('ab'.repeat(64));
});
