import { blockBytes, headerFields } from '../archive/tar-header.ts';
import { SchemaError } from '../errors.ts';

/** A file of an archive that another tool wrote. */
export interface ForeignTarFile {
  readonly path: string;
  /** A view of the archive's own bytes. */
  readonly content: Uint8Array;
}

const maxRecordBytes = 64 * 1024; // of an extended header: a path has 1,024, and extended attributes are few
const maxEntries = 10_000; // a chart of a few thousand files is the largest known
const harmlessRecords = /^(?:path|[acm]time|[ug]id|[ug]name|comment|(?:SCHILY|LIBARCHIVE)\.xattr\..*)$/s;
const starTrailer = { offset: 508, text: 'tar\0' }; // another format, with a shorter prefix

/**
 * Lists the files of a tar archive that another tool wrote: regular files and directories in ustar, PAX or GNU headers,
 * as GNU tar, bsdtar, Go and git archive write them, each field as Go's archive/tar understands it. What another reader
 * could understand otherwise is refused.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format", "pax Extended Header"; Go archive/tar, reader.go.
 * @throws {SchemaError} `ARCHIVE_NOT_CANONICAL`.
 */
export function listForeignTar(archive: Uint8Array): readonly ForeignTarFile[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const files: ForeignTarFile[] = [];
  let longPath: string | undefined;
  let entries = 0;
  for (let offset = 0; offset < bytes.byteLength;) {
    const header = bytes.subarray(offset, offset + blockBytes);
    if (isZero(header)) {
      if (isZero(bytes.subarray(offset + blockBytes, offset + 2 * blockBytes))) return files;
      throw refused('it goes on after an empty block');
    }
    if ((entries += 1) > maxEntries) throw refused(`it has more than ${maxEntries} entries`);
    const { path, size, type } = readHeader(header);
    const start = offset + blockBytes;
    if (start + size > bytes.byteLength) throw refused('it ends within an entry');
    if (type !== '0' && type !== '5' && size > maxRecordBytes) throw refused('it has an extended header that is too large');
    const content = bytes.subarray(start, start + size);
    if (type === 'g') {
      // git archive writes one first of all, with the commit as a comment. Go forgets what stood before it.
      if (longPath !== undefined) throw brokenRecord();
      if (pathRecord(content) !== undefined) throw brokenRecord();
    } else if (type === 'x' || type === 'L') {
      if (longPath !== undefined) throw refused('it has an extended header for no entry');
      longPath = (type === 'L' ? text(content) : pathRecord(content)) ?? '';
    } else {
      if (type === '0') files.push({ path: longPath || path, content });
      longPath = undefined;
    }
    offset = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return files;
}

interface ForeignHeader {
  readonly path: string;
  readonly size: number;
  readonly type: '0' | '5' | 'g' | 'L' | 'x';
}

function readHeader(header: Buffer): ForeignHeader {
  if (header.byteLength < blockBytes) throw refused('it ends within a header');
  checkSum(header);
  const magic = header.toString('latin1', headerFields.magic[0], headerFields.userName[0]);
  const prefix = text(slice(header, headerFields.prefix));
  const isStar = header.toString('latin1', starTrailer.offset) === starTrailer.text;
  const isGnu = magic === 'ustar  \0' && isZero(slice(header, headerFields.prefix));
  if (!isGnu && (magic !== 'ustar\u000000' || isStar)) throw refused('it has headers of an unknown format');
  const name = text(slice(header, headerFields.name));
  const type = String.fromCharCode(header[headerFields.typeFlag[0]] ?? 0);
  const size = octal(slice(header, headerFields.size));
  if (type !== '0' && type !== '5' && type !== 'g' && type !== 'L' && type !== 'x')
    throw refused('it holds more than files and directories');
  if (type === 'L' && !isGnu) throw refused('it has a long name of GNU in another format');
  // Go takes what such a mode calls a directory for one, and Helm leaves it out.
  if (octal(slice(header, headerFields.mode)) > 0o7777) throw refused('it has a mode that no file has');
  if (type === '5' && size > 0) throw refused('it has a directory with content');
  return { path: prefix === '' ? name : `${prefix}/${name}`, size, type };
}

function checkSum(header: Buffer): void {
  const [start, length] = headerFields.checksum;
  let sum = length * 0x20;
  header.forEach((byte, index) => (sum += index < start || index >= start + length ? byte : 0));
  if (octal(header.subarray(start, start + length)) !== sum) throw refused('it has a header with a wrong checksum');
}

function pathRecord(records: Buffer): string | undefined {
  let path: string | undefined;
  for (let offset = 0; offset < records.byteLength;) {
    const digits = /^([1-9]\d{0,7}) /.exec(records.toString('latin1', offset, offset + 9))?.[1];
    const end = offset + Number(digits);
    if (digits === undefined || end > records.byteLength || records[end - 1] !== 0x0a) throw brokenRecord();
    const record = text(records.subarray(offset + digits.length + 1, end - 1), 'records');
    const [key = '', value = ''] = splitOnce(record);
    if (!harmlessRecords.test(key) || (key === 'path' && (value === '' || path !== undefined))) throw brokenRecord();
    if (key === 'path') path = value;
    offset = end;
  }
  return path;
}

function splitOnce(record: string): readonly string[] {
  const at = record.indexOf('=');
  return at <= 0 ? [] : [record.slice(0, at), record.slice(at + 1)];
}

// A field ends with its first NUL; in a record, which has its length before it, one has no place.
function text(field: Buffer, kind: 'field' | 'records' = 'field'): string {
  const end = field.indexOf(0);
  if (kind === 'records') {
    // An extended attribute may hold any bytes; only the path is looked at.
    const value = field.toString('utf8');
    if (value.startsWith('path=') && (end >= 0 || !Buffer.from(value).equals(field))) throw brokenRecord();
    return value;
  }
  const bytes = end < 0 ? field : field.subarray(0, end);
  const value = bytes.toString('utf8');
  if (!Buffer.from(value).equals(bytes)) throw refused('it has a name that is not UTF-8');
  return value;
}

function octal(field: Buffer): number {
  const digits = /^([0-7]{1,11})[ \0]*$/.exec(field.toString('latin1'))?.[1];
  if (digits === undefined) throw refused('it has a number that is not octal');
  return Number.parseInt(digits, 8);
}

function slice(header: Buffer, [offset, length]: readonly [number, number]): Buffer {
  return header.subarray(offset, offset + length);
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function brokenRecord(): SchemaError {
  return refused('it has an extended header that cannot be judged');
}

function refused(problem: string): SchemaError {
  return new SchemaError('ARCHIVE_NOT_CANONICAL', `the packed chart cannot be read: ${problem}`);
}
