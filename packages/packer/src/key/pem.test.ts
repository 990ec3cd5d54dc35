import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackError } from '../errors.ts';
import { formatPem, parsePem } from './pem.ts';

describe('PEM', () => {
  test('reads back what it writes, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2048 }), (bytes) => {
        const block = parsePem(formatPem({ label: 'PRIVATE KEY', bytes }));
        expect(block.label).toBe('PRIVATE KEY');
        expect(Buffer.from(block.bytes).equals(bytes)).toBe(true);
      }),
    );
  });

  test('breaks lines at 64 characters and ends with a newline', () => {
    const text = formatPem({ label: 'PUBLIC KEY', bytes: Buffer.alloc(91) });

    expect(text.split('\n').map((line) => line.length)).toEqual([26, 64, 60, 24, 0]);
  });

  test('reads Windows line ends and white space around the block', () => {
    const text = formatPem({ label: 'PUBLIC KEY', bytes: Buffer.from('abc') });

    expect(parsePem(`\r\n${text.replaceAll('\n', '\r\n')}\r\n`).bytes).toEqual(Buffer.from('abc'));
  });

  const block = formatPem({ label: 'PUBLIC KEY', bytes: Buffer.from('abc') });
  test.each([
    ['two blocks', block + block],
    ['text before the block', `a\n${block}`],
    ['text after the block', `${block}a`],
    ['labels that differ', block.replace('END PUBLIC', 'END PRIVATE')],
    ['padding bits that are set', block.replace('YWJj', 'YWJ=')],
    ['a header', block.replace('YWJj', 'Proc-Type: 4,ENCRYPTED\n\nYWJj')],
    ['a text without end', `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(17_000)}`],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(() => parsePem(text)).toThrowError(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  test('answers any text with a block or KEY_INVALID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (noise, wrapped) => {
        try {
          parsePem(wrapped ? `-----BEGIN PUBLIC KEY-----\n${noise}\n-----END PUBLIC KEY-----\n` : noise);
        } catch (error) {
          expect(error).toBeInstanceOf(PackError);
          expect(error).toMatchObject({ code: 'KEY_INVALID' });
        }
      }),
    );
  });
});
