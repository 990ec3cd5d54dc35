import { expect, test } from 'vitest';
import { preAuthEncoding } from './pre-auth-encoding.ts';

test('the encoding is that of the specification, "Test Vectors"', () => {
  const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));

  expect(Buffer.from(encoded).toString('utf8')).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('lengths are those of bytes, not of characters', () => {
  expect(Buffer.from(preAuthEncoding('é', Buffer.from('ü'))).toString('utf8')).toBe('DSSEv1 2 é 2 ü');
});
