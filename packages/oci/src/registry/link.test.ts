import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OciError } from '../errors.ts';
import { nextPageUrl, parseNextLink } from './link.ts';

const page = new URL('https://registry.example/v2/app/referrers/sha256:aa?artifactType=x');

describe('parseNextLink', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['</v2/next?n=2>; rel="next"', '/v2/next?n=2'],
    ['</v2/next>;rel=next', '/v2/next'],
    ['</a>; rel="prev", </b>; title="x, y"; rel="next"', '/b'],
    ['</a,b;c>; REL="start NEXT"', '/a,b;c'],
    ['</a>; rel="prev"; rel="next"', undefined],
    ['</a>; title="rel=next"', undefined],
    ['<>; rel="next"', ''],
  ])('reads %j', (header, expected) => {
    expect(parseNextLink(header)).toBe(expected);
  });

  const malformed = ['/v2/next; rel="next"', '</a', '</a>; rel="prev" </b>; rel="next"', '<'.repeat(9000)];
  it.each(malformed)('refuses %j', (header) => {
    expect(() => parseNextLink(header)).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }));
  });

  it('finds the next page among other links', () => {
    const target = fc.webPath();
    const others = fc.array(fc.tuple(target, fc.constantFrom('prev', 'first', 'last')), { maxLength: 4 });
    fc.assert(
      fc.property(others, target, others, (before, next, after) => {
        const links = [...before, [next, 'next'], ...after].map(([path, rel]) => `<${path}>; rel="${rel}"`);
        expect(parseNextLink(links.join(', '))).toBe(next);
      }),
    );
  });

  it('answers any text with a target or a protocol error', () => {
    const piece = fc.constantFrom('<', '>', '/a', ';', ' ', ',', 'rel', '=', '"', 'next', '\\');
    const text = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join('')));
    fc.assert(
      fc.property(text, (header) => {
        try {
          expect(parseNextLink(header) ?? '').not.toMatch(/[<>]/);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
    );
  });
});

describe('nextPageUrl', () => {
  it('resolves a relative target against the page', () => {
    const url = nextPageUrl('<?last=2>; rel="next"', page);

    expect(url?.href).toBe('https://registry.example/v2/app/referrers/sha256:aa?last=2');
  });

  it.each([
    'https://evil.example/v2/app',
    '//evil.example/v2/app',
    'http://registry.example/v2/app',
    'https://registry.example:8443/v2/app',
    'https://user:secret@registry.example/v2/app',
  ])('refuses the page %s on another origin (GHSA-h7vf-4x9w-h99v)', (target) => {
    const refused = expect.objectContaining({ code: 'REDIRECT_REFUSED' });

    expect(() => nextPageUrl(`<${target}>; rel="next"`, page)).toThrow(refused);
  });
});
