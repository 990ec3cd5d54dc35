import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { listForeignTar } from './foreign-tar.ts';
import { type PackedFile, packFiles } from './testing/pack-chart.ts';

const plain: PackedFile = { path: 'c/Chart.yaml', content: 'name: c' };

function list(...files: readonly PackedFile[]): readonly (readonly string[])[] {
  return listForeignTar(gunzipSync(packFiles(files))).map(({ path, content }) => [
    path,
    Buffer.from(content).toString(),
  ]);
}

function put(offset: number, text: string): (header: Buffer) => void {
  return (header) => header.write(text, offset, 'latin1');
}

function gnuWithPrefix(header: Buffer): void {
  put(257, 'ustar  \0')(header);
  put(345, 'x')(header);
}

function longName(name: string): PackedFile {
  const change = (header: Buffer): void => {
    put(156, 'L')(header);
    put(257, 'ustar  \0')(header);
  };
  return { path: '././@LongLink', content: `${name}\0`, change };
}

function extended(...records: readonly string[]): PackedFile {
  const content = records.map((record) => {
    const length = Buffer.byteLength(record) + 2;
    const digits = String(length + String(length).length).length;
    return `${length + digits} ${record}\n`;
  });
  return { path: 'PaxHeaders', content: content.join(''), change: put(156, 'x') };
}

describe('listForeignTar', () => {
  it('lists files in ustar, PAX and GNU headers', () => {
    const directory = { path: 'c/', content: '', change: put(156, '5') };

    expect(list(directory, plain)).toEqual([['c/Chart.yaml', 'name: c']]);
    expect(list({ ...plain, path: 'b', change: put(345, 'a/long/way') })).toEqual([['a/long/way/b', 'name: c']]);
    expect(list(extended('mtime=1.5', 'path=c/é'), plain, plain)).toEqual([
      ['c/é', 'name: c'],
      ['c/Chart.yaml', 'name: c'],
    ]);
    expect(list({ ...plain, change: put(257, 'ustar  \0') })).toEqual([['c/Chart.yaml', 'name: c']]);
    expect(list({ ...extended('comment=0cc4cd8'), change: put(156, 'g') }, plain)).toEqual([
      ['c/Chart.yaml', 'name: c'],
    ]);
    expect(list(longName('c/a/long/name'), plain, plain)).toEqual([
      ['c/a/long/name', 'name: c'],
      ['c/Chart.yaml', 'name: c'],
    ]);
  });

  it.each([
    ['a link', { ...plain, change: put(156, '2') }],
    ['a file of an old kind', { ...plain, change: put(156, '\0') }],
    ['a long name of GNU in another format', { ...plain, change: put(156, 'L') }],
    ['a path for all entries', { ...extended('path=a'), change: put(156, 'g') }],
    ['a directory with content', { ...plain, change: put(156, '5') }],
    ['a mode that Go takes for a directory', { ...plain, change: put(100, '040755 \0') }],
    ['a size in binary', { ...plain, change: put(124, '\x80') }],
    ['an unknown format', { ...plain, change: put(257, '\0\0\0\0\0\0\0\0') }],
    ['the format of star', { ...plain, change: put(508, 'tar\0') }],
    ['a prefix in a GNU header', { ...plain, change: gnuWithPrefix }],
    ['a size that another record gives', extended('size=1')],
    ['a sparse file', extended('GNU.sparse.major=1')],
    ['an empty path', extended('path=')],
    ['two paths', extended('path=a', 'path=b')],
    ['a path with a NUL', extended('path=a\0b')],
    ['a record of a wrong length', { ...extended('path=a'), content: '99 path=a\n' }],
  ])('refuses %s', (_, file) => {
    expect(() => list(file, plain)).toThrow(SchemaError);
  });

  it('refuses what goes on after its end, ends early, or has a wrong checksum', () => {
    const archive = gunzipSync(packFiles([plain]));

    expect(() => listForeignTar(archive.subarray(0, 515))).toThrow(SchemaError);
    expect(() => listForeignTar(Buffer.concat([Buffer.alloc(512), archive]))).toThrow(SchemaError);
    expect(() =>
      listForeignTar(Buffer.concat([archive.subarray(0, 50), Buffer.from('x'), archive.subarray(51)])),
    ).toThrow(SchemaError);
    expect(() => list(extended('path=a'), extended('path=b'), plain)).toThrow(SchemaError);
  });

  it('gives files or a typed error for any bytes', () => {
    const archive = gunzipSync(packFiles([extended('path=c/x'), plain]));
    const broken = fc.tuple(fc.nat(archive.byteLength - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(archive);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 2000 })), (bytes) => {
        try {
          expect(Array.isArray(listForeignTar(bytes))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});
