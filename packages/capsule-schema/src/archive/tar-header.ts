/** The length of a tar block in bytes. Source: POSIX.1-2017, pax, "ustar Interchange Format". */
export const blockBytes = 512;

/** Type flags of the three kinds of block that a capsule's archive holds. */
export const typeFlags = { file: '0', directory: '5', pax: 'x' } as const;
export type TypeFlag = (typeof typeFlags)[keyof typeof typeFlags];

/** The few fields of a header that differ between entries; every other byte is constant. */
export interface TarHeader {
  /** At most 100 bytes of ASCII. */
  readonly name: string;
  readonly mode: 0o644 | 0o755;
  /** In bytes, below 2^33. */
  readonly size: number;
  /** Seconds since 1970, below 2^33. */
  readonly mtime: number;
  readonly typeFlag: TypeFlag;
}

/** The largest number that eleven octal digits hold. */
export const maxOctal: number = 0o77777777777;

type Field = readonly [offset: number, length: number];

/** Offset and length of each field in a header block. docs/format.md tables every byte. */
export const headerFields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  typeFlag: [156, 1],
  linkName: [157, 100],
  magic: [257, 6],
  version: [263, 2],
  userName: [265, 32],
  groupName: [297, 32],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
} as const;

/** Writes the one header block that format version 1 allows for these fields. */
export function encodeTarHeader(header: TarHeader): Buffer {
  const block = Buffer.from(constantPart);
  writeText(block, headerFields.name, header.name);
  writeOctal(block, headerFields.mode, header.mode);
  writeOctal(block, headerFields.size, header.size);
  writeOctal(block, headerFields.mtime, header.mtime);
  writeText(block, headerFields.typeFlag, header.typeFlag);
  writeChecksum(block);
  return block;
}

const variableBytes = headerFields.linkName[0]; // what differs between entries lies before it

const constantPart = encodeConstantPart();
const constantSum = sumOf(constantPart.subarray(variableBytes));

/** Everything that is the same in every header, the checksum field filled with the blanks that it counts as. */
function encodeConstantPart(): Buffer {
  const block = Buffer.alloc(blockBytes);
  writeOctal(block, headerFields.uid, 0);
  writeOctal(block, headerFields.gid, 0);
  writeText(block, headerFields.checksum, ' '.repeat(headerFields.checksum[1]));
  writeText(block, headerFields.magic, 'ustar\0');
  writeText(block, headerFields.version, '00');
  writeOctal(block, headerFields.deviceMajor, 0);
  writeOctal(block, headerFields.deviceMinor, 0);
  return block;
}

/** Octal digits that fill the field, then one NUL. */
function writeOctal(block: Buffer, [offset, length]: Field, value: number): void {
  let left = value;
  for (let index = offset + length - 2; index >= offset; index -= 1) {
    block[index] = 0x30 + (left % 8);
    left = Math.floor(left / 8);
  }
  block[offset + length - 1] = 0;
}

function writeText(block: Buffer, [offset, length]: Field, text: string): void {
  block.write(text, offset, length, 'latin1');
}

/** The sum of all bytes, the field itself counted as blanks; six digits, NUL, blank. */
function writeChecksum(block: Buffer): void {
  const sum = sumOf(block.subarray(0, variableBytes)) + constantSum;
  writeText(block, headerFields.checksum, `${sum.toString(8).padStart(6, '0')}\0 `);
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.byteLength; index += 1) sum += bytes[index] ?? 0;
  return sum;
}
