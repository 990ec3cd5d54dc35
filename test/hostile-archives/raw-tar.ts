/**
 * A header's fields as the bytes that stand in them, in Latin-1. What is left out is what a capsule's archive has
 * there; the checksum is computed over the rest. It shares no code with the writer that it is used to test.
 */
export interface RawHeader {
  readonly name?: string;
  readonly mode?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly size?: string;
  readonly mtime?: string;
  readonly checksum?: string;
  readonly typeFlag?: string;
  readonly linkName?: string;
  readonly magic?: string;
  readonly version?: string;
  readonly userName?: string;
  readonly groupName?: string;
  readonly deviceMajor?: string;
  readonly deviceMinor?: string;
  readonly prefix?: string;
  /** The last twelve bytes of the block. */
  readonly rest?: string;
}

/** An entry's place in the order of the archive, and its blocks. */
export interface RawEntry {
  readonly path: string;
  readonly blocks: Buffer;
}

/** The time of every archive here: 2026-11-20T09:33:31Z, and as eleven octal digits. */
export const mtime = 1_795_167_211;
const mtimeField = '15300011753';

const layout = [
  ['name', 0],
  ['mode', 100],
  ['uid', 108],
  ['gid', 116],
  ['size', 124],
  ['mtime', 136],
  ['checksum', 148],
  ['typeFlag', 156],
  ['linkName', 157],
  ['magic', 257],
  ['version', 263],
  ['userName', 265],
  ['groupName', 297],
  ['deviceMajor', 329],
  ['deviceMinor', 337],
  ['prefix', 345],
  ['rest', 500],
] as const;

const usual: RawHeader = {
  mode: '0000644\0',
  uid: '0000000\0',
  gid: '0000000\0',
  size: '00000000000\0',
  mtime: `${mtimeField}\0`,
  checksum: '        ',
  typeFlag: '0',
  magic: 'ustar\0',
  version: '00',
  deviceMajor: '0000000\0',
  deviceMinor: '0000000\0',
};

/** Writes one header block. */
export function header(fields: RawHeader): Buffer {
  const block = Buffer.alloc(512);
  const all = { ...usual, ...fields };
  for (const [field, offset] of layout) block.write(all[field] ?? '', offset, 'latin1');
  if (fields.checksum === undefined) block.write(`${octal(checksum(block), 6)}\0 `, 148, 'latin1');
  return block;
}

/** The checksum of a block whose own field is blank. */
export function checksum(block: Buffer): number {
  return block.reduce((sum, byte) => sum + byte, 0);
}

/** Octal digits, filled up with zeros. */
export function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** A field of twelve bytes that holds a number. */
export function size(bytes: number): string {
  return `${octal(bytes, 11)}\0`;
}

/** Fills bytes up to whole blocks. */
export function padded(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)]);
}

/** A path of plain ASCII as an entry, or of bytes given in Latin-1. */
export function entry(path: string, fields: RawHeader, content: string | Uint8Array = ''): RawEntry {
  return { path, blocks: Buffer.concat([header({ name: path, ...fields }), padded(content)]) };
}

/** A regular file. */
export function file(path: string, content: string | Uint8Array = '', fields: RawHeader = {}): RawEntry {
  return entry(path, { size: size(Buffer.byteLength(content)), ...fields }, content);
}

/** A directory, whose path ends in a slash. */
export function directory(path: string, fields: RawHeader = {}): RawEntry {
  return entry(path, { mode: '0000755\0', typeFlag: '5', ...fields });
}

/** A PAX header that holds these bytes, before an entry's own header. */
export function pax(records: string | Uint8Array, fields: RawHeader = {}): Buffer {
  const bytes = Buffer.from(records);
  const block = header({ name: '@PaxHeader', typeFlag: 'x', size: size(bytes.byteLength), ...fields });
  return Buffer.concat([block, padded(bytes)]);
}

/** One PAX record with the length that it should have, in UTF-8. */
export function paxRecord(key: string, value: string | Uint8Array): Buffer {
  const tail = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = tail.byteLength + 1;
  while (`${length}`.length + tail.byteLength > length) length += 1;
  return Buffer.concat([Buffer.from(`${length}`), tail]);
}

/** An entry behind a PAX header: `path` is where it sorts. */
export function behindPax(path: string, records: string | Uint8Array, own: RawHeader = {}): RawEntry {
  return { path, blocks: Buffer.concat([pax(records), header({ name: '@PaxPath', ...own })]) };
}
