import { spawnSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { gzipHeader } from './gzip-format.ts';
import { gunzipSingleMember } from './gzip-reader.ts';
import { deflateBlockBytes, gzipCanonical } from './gzip-writer.ts';

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for (let turn = 0; offset < bytes.byteLength; turn += 1) {
    const size = sizes.length === 0 ? bytes.byteLength : Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

async function* slowly(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) {
    await setImmediate();
    yield chunk;
  }
}

async function* failing(bytes: Uint8Array, failure: Error): AsyncGenerator<Uint8Array> {
  yield* chunked(bytes, [100]);
  throw failure;
}

async function compress(bytes: Uint8Array, sizes: readonly number[] = []): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(gzipCanonical(chunked(bytes, sizes))));
}

async function unpack(bytes: Uint8Array, sizes: readonly number[] = [], maxBytes = 1e9): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  await gunzipSingleMember(chunked(bytes, sizes), (chunk) => parts.push(Buffer.from(chunk)), { maxBytes });
  return Buffer.concat(parts);
}

const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 5 });
const smallSizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 });
const bigText = fc
  .tuple(fc.integer({ min: 0, max: 300_000 }), fc.string({ minLength: 1, maxLength: 50 }))
  .map(([length, seed]) => Buffer.alloc(length, seed));

describe('gzipCanonical', () => {
  it('gives one output for any chunking of its input, which zlib reads back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 2000 }), bigText), sizes, async (bytes, chunks) => {
        const whole = await compress(bytes);
        expect(await compress(bytes, chunks)).toEqual(whole);
        expect(Buffer.compare(gunzipSync(whole), Buffer.from(bytes))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, deflateBlockBytes - 1, deflateBlockBytes, deflateBlockBytes + 1, 5 * deflateBlockBytes])(
    'begins with the canonical header and round-trips %d incompressible bytes',
    async (length) => {
      const bytes = Buffer.alloc(length).map((_, index) => (index * 2654435761) >>> 13);
      const packed = await compress(bytes);
      expect(packed.subarray(0, 10)).toEqual(Buffer.from(gzipHeader));
      expect((await unpack(packed)).equals(bytes)).toBe(true);
    },
  );

  it('is read by GNU gzip', async (context) => {
    context.skip(spawnSync('gzip', ['--version']).status !== 0, 'needs gzip');
    const packed = await compress(Buffer.from('release'));
    expect(spawnSync('gzip', ['-dc'], { input: packed }).stdout.toString()).toBe('release');
  });
});

describe('gunzipSingleMember', () => {
  it('reads what was written, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), smallSizes, async (bytes, chunks) => {
        expect(Buffer.compare(await unpack(await compress(bytes), chunks), Buffer.from(bytes))).toBe(0);
      }),
    );
  });

  it('refuses each flipped bit of a member', async () => {
    const packed = await compress(Buffer.from('the quick brown fox jumps over the lazy dog, twice over'));
    for (let bit = 0; bit < packed.byteLength * 8; bit += 1) {
      const bad = Buffer.from(packed);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const outcome = await unpack(bad).then((content) => content.toString(), (error: unknown) => error);
      // A flip in the unused bits behind the last deflate block is bound by the layer's digest alone.
      if (typeof outcome === 'string') expect(outcome).toBe('the quick brown fox jumps over the lazy dog, twice over');
      else expect(outcome).toBeInstanceOf(SchemaError);
    }
  });

  it('refuses each truncation', async () => {
    const packed = await compress(Buffer.from('the quick brown fox'));
    for (let length = 0; length < packed.byteLength; length += 1) {
      await expect(unpack(packed.subarray(0, length))).rejects.toBeInstanceOf(SchemaError);
    }
  });

  it('refuses a second member, and bytes behind the first', async () => {
    const packed = await compress(Buffer.from('one'));
    await expect(unpack(Buffer.concat([packed, packed]))).rejects.toMatchObject({ code: 'ARCHIVE_TRAILING_BYTES' });
    const longer = Buffer.concat([packed, Buffer.from('x')]);
    await expect(unpack(longer)).rejects.toMatchObject({ code: 'ARCHIVE_TRAILING_BYTES' });
    const far = Buffer.concat([packed, Buffer.alloc(2_000_000, 7)]);
    await expect(unpack(far, [1000])).rejects.toMatchObject({ code: 'ARCHIVE_TRAILING_BYTES' });
  });

  it("refuses another writer's header, a file name in it above all", async () => {
    await expect(unpack(gzipSync('x'))).rejects.toMatchObject({ code: 'GZIP_INVALID' });
  });

  it('refuses a wrong checksum and a wrong length', async () => {
    const packed = await compress(Buffer.from('content'));
    for (const offset of [8, 4]) {
      const bad = Buffer.from(packed);
      bad.writeUInt8((bad.readUInt8(bad.byteLength - offset) + 1) % 256, bad.byteLength - offset);
      await expect(unpack(bad)).rejects.toMatchObject({ code: 'GZIP_INVALID' });
    }
  });

  it('stops a decompression bomb at its bound', async () => {
    const bomb = await compress(Buffer.alloc(10_000_000));
    await expect(unpack(bomb, [], 1_000_000)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('refuses bytes behind the member however many they are and however they come', async () => {
    const content = fc.integer({ min: 0, max: 700_000 }).map((length) => Buffer.alloc(length, 'abc'));
    const extra = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3000 }));
    await fc.assert(
      fc.asyncProperty(content, extra, sizes, fc.boolean(), async (bytes, length, chunks, isSlow) => {
        const packed = await compress(bytes);
        const input = chunked(Buffer.concat([packed, Buffer.alloc(length)]), [packed.byteLength, ...chunks]);
        const reading = gunzipSingleMember(isSlow ? slowly(input) : input, () => undefined, { maxBytes: 1e9 });
        await expect(reading).rejects.toMatchObject({ code: 'ARCHIVE_TRAILING_BYTES' });
      }),
      { numRuns: 200 },
    );
  });

  it('passes on what its input throws, an abort too', async () => {
    const packed = await compress(Buffer.from('one'));
    for (const failure of [new Error('lost'), AbortSignal.abort().reason as Error]) {
      for (const before of [0, 5, packed.byteLength, packed.byteLength + 5000]) {
        const bytes = Buffer.concat([packed, Buffer.alloc(5000)]).subarray(0, before);
        const reading = gunzipSingleMember(failing(bytes, failure), () => undefined, { maxBytes: 1e9 });
        await expect(reading).rejects.toSatisfy((error) => error === failure || before > packed.byteLength);
      }
    }
  });

  it('passes on what its reader throws', async () => {
    const packed = await compress(Buffer.alloc(1_000_000, 'abc'));
    const failure = new SchemaError('ARCHIVE_ORDER', 'no');
    const reading = gunzipSingleMember(chunked(packed, [10]), () => { throw failure; }, { maxBytes: 1e9 });
    await expect(reading).rejects.toBe(failure);
  });

  it('gives a typed error for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (tail, framed) => {
        const bytes = framed ? Buffer.concat([gzipHeader, tail]) : tail;
        await unpack(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(SchemaError));
      }),
    );
  });
});
