import { describe, expect, it } from 'vitest';
import { contentOf, describeContent, pushBytes, readAll } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { withInlineContent } from './inline-content.ts';
import type { Fetcher } from './ports.ts';
import { MemoryStore } from './memory-store.ts';
import { bytesOf, chunked, collect } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';
import { verifiedStream, verifyContent } from './verified-stream.ts';

const abcdef = describeContent('text/plain', bytesOf('abcdef'));

const wrappers = [
  ['verifyContent', verifyContent],
  ['verifiedStream', verifiedStream],
] as const;

describe.each(wrappers)('%s', (_, wrap) => {
  it('passes on what size and digest say, however it is cut', async () => {
    const chunks = await collect<Uint8Array>(wrap(abcdef, chunked('ab', '', 'cde', 'f')));
    expect(Buffer.concat(chunks).toString()).toBe('abcdef');
  });

  it('passes on empty content', async () => {
    expect(await collect<Uint8Array>(wrap(describeContent('text/plain', bytesOf('')), chunked()))).toEqual([]);
  });

  it('checks SHA-512', async () => {
    const expected = { size: 6, digest: digestOf(bytesOf('abcdef'), 'sha512') };
    await expect(collect<Uint8Array>(wrap(expected, chunked('abcdef')))).resolves.toHaveLength(1);
    await expectCode('DIGEST_MISMATCH', () => collect<Uint8Array>(wrap(expected, chunked('abcdeF'))));
  });

  it('refuses content that is too short', async () => {
    const error = await expectCode('SIZE_MISMATCH', () => collect<Uint8Array>(wrap(abcdef, chunked('abc', 'de'))));
    expect(error.message).toContain('only 5 bytes, wanted 6');
  });

  it('refuses content that is too long before passing on the excess', async () => {
    const passed: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of wrap(abcdef, endless())) passed.push(Buffer.from(chunk).toString());
    };
    await expectCode('SIZE_MISMATCH', read);
    expect(passed).toEqual(['abcd']);
  });

  it('refuses changed content of the right size', async () => {
    await expectCode('DIGEST_MISMATCH', () => collect<Uint8Array>(wrap(abcdef, chunked('abc', 'deF'))));
  });

  it('passes on the error of the source', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield bytesOf('ab');
      throw new Error('cable pulled');
    };
    await expect(collect<Uint8Array>(wrap(abcdef, failing()))).rejects.toThrow('cable pulled');
  });

  it('stops when it is aborted', async () => {
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      const chunks = wrap({ ...abcdef, size: 1e9 }, endless(), abort.signal);
      for await (const chunk of chunks) if (chunk.length > 0) abort.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
  });
});

describe('verifiedStream', () => {
  it('ends the source when it is cancelled before the first read', async () => {
    let ended = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: bytesOf('ab') }),
        return: () => Promise.resolve({ done: true, value: void (ended = true) }),
      }),
    };
    await verifiedStream(abcdef, source).cancel();
    expect(ended).toBe(true);
  });
});

describe('readAll', () => {
  it('returns the whole content', async () => {
    const store = new MemoryStore();
    const descriptor = await pushBytes(store, { mediaType: 'text/plain', bytes: bytesOf('abcdef') });
    expect(Buffer.from(await readAll(store, descriptor, { maxBytes: 6 })).toString()).toBe('abcdef');
  });

  it('refuses a declared size beyond the limit before it reads anything', async () => {
    await expectCode('LIMIT_EXCEEDED', () => readAll(unreadable, { ...abcdef, size: 2 ** 52 }, { maxBytes: 1024 }));
  });

  it('takes inline content instead of fetching', async () => {
    const inline = withInlineContent(abcdef, bytesOf('abcdef'));
    expect(Buffer.from(await readAll(unreadable, inline, { maxBytes: 6 })).toString()).toBe('abcdef');
  });

  it('does not believe inline content that is not what the digest names', async () => {
    const store = new MemoryStore();
    await store.push(abcdef, contentOf(bytesOf('abcdef')));
    const lying = withInlineContent(abcdef, bytesOf('abcdeF'));
    expect(Buffer.from(await readAll(store, lying, { maxBytes: 6 })).toString()).toBe('abcdef');
  });

  it('checks the content even of a store that does not', async () => {
    const careless: Fetcher = {
      fetch: (_target: Descriptor) => Promise.resolve(ReadableStream.from(chunked('abcdeF'))),
    };
    await expectCode('DIGEST_MISMATCH', () => readAll(careless, abcdef, { maxBytes: 6 }));
  });
});

const unreadable: Fetcher = { fetch: () => Promise.reject(new Error('must not be read')) };

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield bytesOf('abcd');
}
