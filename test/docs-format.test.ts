import { createHash } from 'node:crypto';
import {
  type ArchiveFile,
  capsuleMediaTypes,
  defaultLimits,
  deflateBlockBytes,
  formatRelease,
  gzipCanonical,
  parseEntryPath,
  parseReleaseYaml,
  predicateTypes,
  ratioFreeBytes,
  writeArchive,
} from '@release-capsule/schema';
import { describe, expect, test } from 'vitest';
import { readSchema, schemaKeys } from './json-schema.ts';
import { readPage, section, tableRows, unquoted, yamlBlocks } from './markdown.ts';

const page = readPage('format.md');
const mtime = 1_795_167_211;

describe('the header table of docs/format.md', () => {
  const rows = tableRows(section(page, '### The header block'));

  test('covers all 512 bytes, each once', () => {
    let end = 0;
    for (const { offset, length } of rows) {
      expect(Number(offset)).toBe(end);
      end += Number(length);
    }
    expect(end).toBe(512);
  });

  test('shows, byte for byte, the header that the packer writes', async () => {
    const documented = Buffer.concat(
      rows.map(({ length, example }) => {
        const field = Buffer.alloc(Number(length));
        field.write(literal(example), 'latin1');
        return field;
      }),
    );

    const archive = await collect(writeArchive([file('package/kustomize/kustomization.yaml', 'x'.repeat(29))], { mtime }));

    const at = archive.indexOf('package/kustomize/kustomization.yaml');
    expect(documented.toString('latin1')).toBe(archive.toString('latin1', at, at + 512));
  });

  test('is followed by the record and the names that stand for a long path', async () => {
    const archive = await collect(writeArchive([file('é', ''), file('ü/a', '')], { mtime }));

    expect(archive.toString('utf8', 0, 11)).toContain('@PaxHeader');
    expect(archive.toString('utf8', 512, 523)).toBe('11 path=é\n');
    expect(page).toContain('11 path=é\\n');
    expect(archive.toString('utf8', 1024, 1033)).toBe('@PaxPath\0');
    expect(archive.includes('@PaxPath/\0')).toBe(true);
  });
});

describe('the limits of docs/format.md', () => {
  const rows = tableRows(section(page, '## Limits'));

  test('are those of the code', () => {
    const documented = rows.map((row) => [unquoted(row['option']), Number(row['in bytes or as a number'])]);
    expect(documented).toEqual([...Object.entries(defaultLimits), ['', ratioFreeBytes]]);
  });

  test('read the same in words', () => {
    const units: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024 };
    for (const row of rows) {
      const [number = '', unit = ''] = (row['limit'] ?? '').replaceAll(',', '').split(' ');
      expect(Number(number) * (units[unit] ?? 1)).toBe(Number(row['in bytes or as a number']));
    }
  });
});

describe('the record in docs/format.md', () => {
  test('is canonical', () => {
    const [text = ''] = yamlBlocks(page, 'release-record');
    expect(Buffer.from(formatRelease(parseReleaseYaml(Buffer.from(text)))).toString()).toBe(text);
  });

  test('is described key by key, required or not as the schema has it', () => {
    const rows = tableRows(section(page, '## The release record')).filter(({ presence }) => presence !== undefined);
    const keys = schemaKeys(readSchema('packages/capsule-schema/schema/release.schema.json'));
    // Lists and the paths of values are described in one row each; some objects only by the rows of their keys.
    const expected = keys.filter(({ key }) => !/\[|^image\.values\./.test(key) && !['package', 'metadata', 'source'].includes(key));
    expect(rows.map((row) => `${unquoted(row['key'])} ${row['presence']}`)).toEqual(
      expected.map(({ key, isRequired }) => `${key} ${isRequired ? 'required' : 'optional'}`),
    );
  });
});

describe('docs/format.md', () => {
  test('names the media types and predicate types', () => {
    for (const type of [...Object.values(capsuleMediaTypes), ...Object.values(predicateTypes)]) expect(page).toContain(`\`${type}\``);
  });

  test('names the version of the compressor that is installed, and its block size', async () => {
    const { default: fflate } = await import('fflate/package.json', { with: { type: 'json' } });
    expect(page).toContain(`fflate](https://github.com/101arrowz/fflate) ${fflate.version},`);
    expect(page).toContain(`exactly ${deflateBlockBytes.toLocaleString('en')} bytes`);
  });

  test('gives digests that an archive has, on every machine', async () => {
    const pattern = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    const files = [file('d/é', '', true), file('big', pattern), file('a.txt', 'hello\n')];

    const archive = await collect(writeArchive(files, { mtime }));
    const layer = await collect(gzipCanonical(writeArchive(files, { mtime })));

    const documented = tableRows(section(page, '## Test vector')).filter(({ bytes }) => bytes !== undefined);
    expect(documented).toEqual([describeBytes('the archive', archive), describeBytes('the layer', layer)]);
  });
});

function literal(cell: string | undefined): string {
  return unquoted(cell).replaceAll('\\0', '\0');
}

function file(path: string, content: string | Uint8Array, executable = false): ArchiveFile {
  const bytes = Buffer.from(content);
  async function* once(): AsyncGenerator<Uint8Array, void, undefined> {
    yield bytes;
  }
  return { path: parseEntryPath(path), size: bytes.byteLength, executable, content: once };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function describeBytes(what: string, bytes: Uint8Array): { what: string; bytes: string; 'SHA-256': string } {
  return { what, bytes: String(bytes.byteLength), 'SHA-256': `\`${createHash('sha256').update(bytes).digest('hex')}\`` };
}
