import { assertContent, parseEntryPath, SchemaError, sha256, writeArchive } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entries, record, tar } from './hostile-archives/capsule.ts';
import { corpus } from './hostile-archives/corpus.ts';
import { gzip } from './hostile-archives/raw-gzip.ts';
import { mtime } from './hostile-archives/raw-tar.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function read(layer: Uint8Array): Promise<readonly string[]> {
  const manifest = { createdAt: mtime, layer: { digest: sha256(layer), size: layer.byteLength } };
  const { files } = await assertContent(once(layer), { record, manifest });
  return files.map(({ path }) => path);
}

describe('the archive that the hostile ones are made from', () => {
  const files = entries.filter(({ path }) => !path.endsWith('/'));

  it('is a capsule', async () => {
    expect(await read(gzip(tar(entries)))).toEqual(files.map(({ path }) => path));
  });

  it('is, byte for byte, what the packer writes', async () => {
    const sources = files.map(({ path, blocks }) => {
      const size = Number.parseInt(blocks.toString('latin1', 124, 135), 8);
      const content = (): AsyncGenerator<Uint8Array> => once(blocks.subarray(512, 512 + size));
      return { path: parseEntryPath(path), size, executable: false, content };
    });
    const written = Buffer.concat(await Array.fromAsync(writeArchive(sources, { mtime })));
    expect(written.equals(tar(entries))).toBe(true);
  });
});

describe('a hostile archive', () => {
  it.each(corpus)('$name is refused with $code', async ({ code, build }) => {
    await expect(read(build())).rejects.toMatchObject({ name: 'SchemaError', code });
  }, 60_000);

  it('has a name of its own, and bytes of its own', () => {
    const bytes = corpus.filter(({ name }) => !name.startsWith('bomb')).map(({ build }) => sha256(build()));
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
    expect(new Set(bytes).size).toBe(bytes.length);
    expect(corpus.length).toBeGreaterThan(200);
  });
});

describe('a layer with some of its bytes changed, cut out or repeated', () => {
  const whole = gzip(tar(entries));
  const place = fc.nat({ max: whole.byteLength });
  const change = fc.tuple(place, fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 20 }));

  it('is the same capsule, or refused with a typed error', async () => {
    const files = await read(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const layer = changes.reduce(spliced, whole);
        const outcome = await read(layer).catch((error: unknown) => error);
        if (!(outcome instanceof SchemaError)) expect(outcome).toEqual(files);
      }),
      { numRuns: 500 },
    );
  });

  it('is so too where the archive is changed before it is compressed', async () => {
    const archive = tar(entries);
    const places = fc.tuple(fc.nat({ max: archive.byteLength }), fc.nat({ max: 1024 }), fc.uint8Array({ maxLength: 1024 }));
    const files = await read(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(places, { minLength: 1, maxLength: 3 }), async (changes) => {
        const outcome = await read(gzip(changes.reduce(spliced, archive))).catch((error: unknown) => error);
        if (!(outcome instanceof SchemaError)) expect(outcome).toEqual(files);
      }),
      { numRuns: 500 },
    );
  });
});

function spliced(bytes: Buffer, [from, removed, added]: readonly [number, number, Uint8Array]): Buffer {
  return Buffer.concat([bytes.subarray(0, from), added, bytes.subarray(from + removed)]);
}
