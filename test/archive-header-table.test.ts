import { readFileSync } from 'node:fs';
import { parseEntryPath, writeArchive } from '@release-capsule/schema';
import { describe, expect, it } from 'vitest';

const page = readFileSync(new URL('../docs/format.md', import.meta.url), 'utf8');

/** A row of the table: `| offset | length | field | content | example |`. */
const rows = Array.from(page.matchAll(/^\| (\d+) \| (\d+) \| ([^|]+) \| [^|]+ \| `([^`]*)` \|$/gm), (match) => {
  const [, offset, length, field = '', example = ''] = match;
  return { offset: Number(offset), length: Number(length), field, example: example.replaceAll(String.raw`\0`, '\0') };
});

/** The header of the file that the page gives its examples from. */
async function exampleHeader(): Promise<Buffer> {
  const content = Buffer.alloc(29, 'x');
  const file = {
    path: parseEntryPath('package/kustomize/kustomization.yaml'),
    size: content.byteLength,
    executable: false,
    async *content(): AsyncGenerator<Uint8Array> {
      yield content;
    },
  };
  const archive = Buffer.concat(await Array.fromAsync(writeArchive([file], { mtime: 1_795_167_211 })));
  return archive.subarray(1024, 1536);
}

describe('the table of header bytes in docs/format.md', () => {
  it('covers each byte of a block once', () => {
    expect(rows).toHaveLength(17);
    let end = 0;
    for (const { offset, length } of rows) {
      expect(offset).toBe(end);
      end = offset + length;
    }
    expect(end).toBe(512);
  });

  it.each(rows)('says what stands in $field', async ({ offset, length, example }) => {
    const header = await exampleHeader();
    expect(header.toString('latin1', offset, offset + length)).toBe(example.padEnd(length, '\0'));
  });
});
