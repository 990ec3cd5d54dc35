import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHoldSecret } from './may-hold-secret.ts';
import { couldHoldSecret } from './scan-large-file.ts';

function inChunks(bytes: Buffer, chunkBytes: number): { content(): AsyncGenerator<Uint8Array> } {
  return {
    async *content() {
      for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
  };
}

describe('couldHoldSecret', () => {
  it.each(['kind: Secret\n', 'kind: "S\\x65cret"', 'secretGenerator:\n', 'kind: !!binary U2VjcmV0', '\ufeffkind'.slice(1) + ': Secret'])(
    'sees %j wherever pieces meet',
    async (text) => {
      const bytes = Buffer.from(`${'a'.repeat(100)}\n${text}${'b'.repeat(100)}`);
      for (let chunkBytes = 1; chunkBytes < 120; chunkBytes += 7) {
        expect(await couldHoldSecret(inChunks(bytes, chunkBytes))).toBe(true);
      }
    },
  );

  it('sees UTF-16 by its mark', async () => {
    expect(await couldHoldSecret(inChunks(Buffer.from('\ufeffkind: Secret', 'utf16le'), 5))).toBe(true);
  });

  it('spares plain text the close look', async () => {
    expect(await couldHoldSecret(inChunks(Buffer.alloc(100_000, 'plain text, line by line\n'), 1000))).toBe(false);
  });

  it('spares bytes that are no text the close look, whatever they hold', async () => {
    expect(await couldHoldSecret(inChunks(Buffer.from('\0kind: Secret\n'), 3))).toBe(false);
  });

  it('never spares what the close look could find', async () => {
    const words = fc.constantFrom('Secret', 'kind:', '\\x53', '!!binary', ' ', '\n', 'a', 'sourceValue', '"', 'S', 'ecret');
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), async (parts, chunkBytes) => {
        const text = parts.join('');
        if (!mayHoldSecret(text)) return;
        expect(await couldHoldSecret(inChunks(Buffer.from(text), chunkBytes))).toBe(true);
      }),
    );
  });
});
