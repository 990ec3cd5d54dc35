import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDigester } from './digest.ts';
import { OciError } from './errors.ts';
import { Spool } from './spool.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('a spool', () => {
  test('gives back what it was filled with, as often as it is asked', async () => {
    await using spool = await Spool.fill(chunks('one ', 'two'), { directory: await temporaryDirectory(), maxBytes: 100 });

    const texts = [await textOf(spool), await textOf(spool)];

    expect(texts).toEqual(['one two', 'one two']);
    expect(spool.size).toBe(7);
    const digester = createDigester();
    digester.update(Buffer.from('one two'));
    expect(spool.digest).toBe(digester.digest());
  });

  test('has no name that another process could find it by', async () => {
    const directory = await temporaryDirectory();
    const seen: (readonly string[])[] = [];
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks('one', 'two')) {
        seen.push(await readdir(directory));
        yield chunk;
      }
    };

    await using spool = await Spool.fill(content(), { directory, maxBytes: 100 });

    expect([...seen, await readdir(directory)]).toEqual([[], [], []]);
    expect(spool.size).toBe(6);
  });

  test('refuses more than its bound, and leaves nothing', async () => {
    const directory = await temporaryDirectory();

    const filling = Spool.fill(chunks('12345', '6'), { directory, maxBytes: 5 });

    await expect(filling).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await readdir(directory)).toEqual([]);
  });

  test('says what is wrong with a directory that cannot hold it', async () => {
    const directory = join(await temporaryDirectory(), 'missing');

    const filling = Spool.fill(chunks('x'), { directory, maxBytes: 5 });

    await expect(filling).rejects.toThrow(OciError);
    await expect(filling).rejects.toMatchObject({ code: 'STORAGE_FAILED', hint: expect.stringContaining('TMPDIR') });
  });

  test('stops when it is told to', async () => {
    const directory = await temporaryDirectory();

    const filling = Spool.fill(chunks('x'), { directory, maxBytes: 5, signal: AbortSignal.abort(new Error('enough')) });

    await expect(filling).rejects.toThrow('enough');
  });
});

async function textOf(spool: Spool): Promise<string> {
  return Buffer.concat(await Array.fromAsync(spool.read())).toString();
}
