import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRepositoryPath, isTag, parseName, parseReferenceParts, referencePatterns } from './grammar.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReferenceParts', () => {
  it.each([
    ['nginx', { path: 'nginx' }],
    ['acme/web:V1', { domain: 'acme', path: 'web', tag: 'V1' }],
    [`GHCR.io/a/b__c--d@${digest}`, { domain: 'GHCR.io', path: 'a/b__c--d', digest }],
    ['my_org/web', { path: 'my_org/web' }],
    ['registry:5000/web:5000', { domain: 'registry:5000', path: 'web', tag: '5000' }],
    [`[::1]:5000/web:_@${digest}`, { domain: '[::1]:5000', path: 'web', tag: '_', digest }],
    [`web@sha512:${'0'.repeat(128)}`, { path: 'web', digest: `sha512:${'0'.repeat(128)}` }],
  ])('takes %s apart', (text, parts) => {
    expect(parseReferenceParts(text)).toEqual(parts);
  });

  it.each([
    '', '/', 'a/', '/a', 'a//b', 'a:', 'a@', ':1', `@${digest}`, 'a:b:c', 'a..b', 'ghcr..io/x', '-a/b', 'a-/b', 'ghcr.io:/a', '[]/a', '[::1/a', '[g]/a',
    '[::ffff:10.0.0.1]/a', 'a___b', 'acme/Web', 'a b', 'a\n', 'é', 'https://a/b', 'a:.b', `a:${'t'.repeat(129)}`, `a@${digest}@${digest}`, 'a@sha256:12',
    `a@sha256:${'A'.repeat(64)}`, `a@md5:${'a'.repeat(32)}`, 'a'.repeat(256), `${'a.'.repeat(200)}io/a`,
  ])('takes %j for no reference', (text) => {
    expect(parseReferenceParts(text)).toBeUndefined();
  });

  it('writes what it takes apart back as it was, for any text', () => {
    const pieces = fc.constantFrom('a', 'B', '.', ':', '/', '@', '-', '_', '[', ']', '1', digest, ' ', '\n');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: pieces })), (text) => {
        const parts = parseReferenceParts(text);
        if (parts === undefined) return;
        const { domain, path, tag, digest: hash } = parts;
        expect(`${domain === undefined ? '' : `${domain}/`}${path}${tag === undefined ? '' : `:${tag}`}${hash === undefined ? '' : `@${hash}`}`).toBe(text);
      }),
    );
  });

  it('answers on long texts at once', { timeout: 2000 }, () => {
    for (const piece of ['a', 'a.', 'A-', '-', 'a_', 'a__', 'a/', 'a:', '@', 'a--', '[:', 'a@']) {
      expect(parseReferenceParts(`${piece.repeat(1_000_000)}!`)).toBeUndefined();
      expect(parseReferenceParts(`${piece.repeat(Math.floor(500 / piece.length))}!`)).toBeUndefined();
    }
  });
});

it('has one pattern for each part, which the parsers agree with', () => {
  const pieces = fc.constantFrom('a', 'Z', '9', '.', ':', '/', '-', '_', '[', ']', '1', ' ');
  const { name, repository, plainName, tag } = referencePatterns;
  fc.assert(
    fc.property(fc.string({ unit: pieces, maxLength: 40 }), (text) => {
      const parsed = parseName(text);
      expect(new RegExp(name).test(text)).toBe(parsed !== undefined);
      if (parsed?.domain !== undefined) expect(new RegExp(repository).test(text)).toBe(true);
      expect(new RegExp(plainName).test(text)).toBe(parsed !== undefined && !text.startsWith('['));
      expect(new RegExp(tag).test(text)).toBe(isTag(text));
      if (isRepositoryPath(text)) expect(parsed).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});
