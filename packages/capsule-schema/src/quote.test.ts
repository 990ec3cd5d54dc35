import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from './quote.ts';

describe('quote', () => {
  it('leaves nothing that a terminal would obey', () => {
    expect(quote('a\u001b[2Jb')).toBe('"a\\u001b[2Jb"');
    expect(quote('app\u202egpj.\u009b')).toBe('"app\\u{202e}gpj.\\u{9b}"');
  });

  it('cuts what is too long to read', () => {
    expect(quote('x'.repeat(5000))).toBe(`"${'x'.repeat(200)}..."`);
  });

  it('gives printable text for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(quote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
