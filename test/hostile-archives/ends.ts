import { base, entries, tar } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { gzip, gzipHeader } from './raw-gzip.ts';
import { behindPax, file, paxRecord, type RawEntry } from './raw-tar.ts';

const whole = tar(entries);
const withoutEnd = whole.subarray(0, -1024);
const zeroBlock = Buffer.alloc(512);
const more = file('zzz', 'more').blocks;
const emptyMember = gzip(Buffer.alloc(0));

function archive(code: HostileArchive['code'], name: string, bytes: Buffer): HostileArchive {
  return hostile(code, `end: ${name}`, () => gzip(bytes));
}

function cut(name: string, length: number): HostileArchive {
  return archive('ARCHIVE_TRUNCATED', `cut off ${name}`, whole.subarray(0, length));
}

function layer(code: HostileArchive['code'], name: string, build: () => Buffer): HostileArchive {
  return hostile(code, `gzip: ${name}`, build);
}

function flagged(name: string, changed: readonly number[], more_: readonly number[] = []): HostileArchive {
  return layer('GZIP_INVALID', name, () => gzip(whole, { header: [...changed, ...more_] }));
}

/** Another byte in the gzip header. */
function headerWith(offset: number, value: number): readonly number[] {
  return gzipHeader.map((byte, index) => (index === offset ? value : byte));
}

/** Archives and gzip members that end too early, too late, or are framed otherwise. */
export const ends: readonly HostileArchive[] = [
  archive('ARCHIVE_TRUNCATED', 'no zero block', withoutEnd),
  archive('ARCHIVE_TRUNCATED', 'one zero block', Buffer.concat([withoutEnd, zeroBlock])),
  archive('ARCHIVE_TRUNCATED', 'one zero block and a half', Buffer.concat([withoutEnd, Buffer.alloc(768)])),
  archive('ARCHIVE_TRAILING_BYTES', 'three zero blocks', Buffer.concat([whole, zeroBlock])),
  archive('ARCHIVE_TRAILING_BYTES', 'zeros up to 10 KiB, as tar writes', Buffer.concat([whole, Buffer.alloc(10_240)])),
  archive('ARCHIVE_TRAILING_BYTES', 'a zero byte behind it', Buffer.concat([whole, Buffer.alloc(1)])),
  archive('ARCHIVE_TRAILING_BYTES', 'a byte behind it', Buffer.concat([whole, Buffer.from('x')])),
  archive('ARCHIVE_TRAILING_BYTES', 'an entry behind it', Buffer.concat([whole, more])),
  archive('ARCHIVE_TRAILING_BYTES', 'a second archive behind it', Buffer.concat([whole, whole])),
  archive('ARCHIVE_NOT_CANONICAL', 'an entry behind a zero block', Buffer.concat([withoutEnd, zeroBlock, more])),
  archive('ARCHIVE_NOT_CANONICAL', 'a zero block between entries', tar(aroundZeros())),
  archive('ARCHIVE_NOT_CANONICAL', 'bytes that are no archive', Buffer.alloc(1024, '0')),
  archive('ARCHIVE_TRUNCATED', 'no bytes at all', Buffer.alloc(0)),
  archive('ARCHIVE_LAYOUT', 'nothing but the end', Buffer.alloc(1024)),
  cut('within the first header', 100),
  cut('behind the first header', 512),
  cut('within a header', 512 + 300),
  cut('within a file', 1024 + 10),
  cut('within the padding of a file', 1024 + 300),
  cut('behind a file', 1536),
  archive('ARCHIVE_TRUNCATED', 'within a PAX header', Buffer.concat([withoutEnd, paxBlocks().subarray(0, 700)])),
  archive('ARCHIVE_TRUNCATED', 'behind a PAX header', Buffer.concat([withoutEnd, paxBlocks().subarray(0, 1024)])),
  layer('ARCHIVE_TRUNCATED', 'no bytes at all', () => Buffer.alloc(0)),
  layer('ARCHIVE_TRUNCATED', 'half a header', () => gzip(whole).subarray(0, 5)),
  layer('ARCHIVE_TRUNCATED', 'a header alone', () => Buffer.from(gzipHeader)),
  layer('ARCHIVE_TRUNCATED', 'no trailer', () => gzip(whole).subarray(0, -8)),
  layer('ARCHIVE_TRUNCATED', 'half a trailer', () => gzip(whole).subarray(0, -4)),
  layer('ARCHIVE_TRUNCATED', 'cut off in the middle', () => gzip(whole).subarray(0, 200)),
  layer('ARCHIVE_TRAILING_BYTES', 'a second member', () => Buffer.concat([gzip(whole), gzip(more)])),
  layer('ARCHIVE_TRAILING_BYTES', 'a second member that is empty', () => Buffer.concat([gzip(whole), emptyMember])),
  layer('ARCHIVE_TRAILING_BYTES', 'an archive in two members', () => {
    return Buffer.concat([gzip(whole.subarray(0, 1024)), gzip(whole.subarray(1024))]);
  }),
  layer('ARCHIVE_TRAILING_BYTES', 'a byte behind the member', () => Buffer.concat([gzip(whole), Buffer.from('x')])),
  layer('ARCHIVE_TRAILING_BYTES', 'zeros behind the member', () => Buffer.concat([gzip(whole), Buffer.alloc(512)])),
  layer('ARCHIVE_TRAILING_BYTES', 'a megabyte behind the member', () => {
    return Buffer.concat([gzip(whole), Buffer.alloc(1e6, 7)]);
  }),
  layer('GZIP_INVALID', 'a wrong checksum', () => gzip(whole, { crc: 0 })),
  layer('GZIP_INVALID', 'a wrong length', () => gzip(whole, { length: whole.byteLength + 1 })),
  layer('GZIP_INVALID', 'a length of zero', () => gzip(whole, { length: 0 })),
  flagged('a time', headerWith(4, 1)),
  flagged('the operating system Unix', headerWith(9, 3)),
  flagged('the mark of the best compression', headerWith(8, 2)),
  flagged('a file name', headerWith(3, 0x08), [...Buffer.from('../evil\0')]),
  flagged('an extra field', headerWith(3, 0x04), [4, 0, 0x41, 0x42, 0, 0]),
  flagged('a comment', headerWith(3, 0x10), [...Buffer.from('hidden\0')]),
  flagged('a header checksum', headerWith(3, 0x02), [0, 0]),
  flagged('the mark of a text', headerWith(3, 0x01)),
  flagged('a reserved flag', headerWith(3, 0x80)),
  flagged('another method', headerWith(2, 7)),
  layer('GZIP_INVALID', 'a plain tar', () => Buffer.from(whole)),
  layer('GZIP_INVALID', 'the magic of zstd', () => Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd), gzip(whole)])),
  layer('GZIP_INVALID', 'noise instead of a deflate stream', () => {
    return Buffer.concat([Buffer.from(gzipHeader), Buffer.alloc(300, 0xff)]);
  }),
  layer('GZIP_INVALID', 'a deflate block of the reserved type', () => {
    return Buffer.concat([Buffer.from(gzipHeader), Buffer.of(0x07), Buffer.alloc(20)]);
  }),
];

function aroundZeros(): readonly RawEntry[] {
  return [...entries.slice(0, -1), { path: '', blocks: zeroBlock }, ...entries.slice(-1)];
}

function paxBlocks(): Buffer {
  return behindPax('', paxRecord('path', `${base}é`)).blocks;
}
