/** Reads the DER values that lie one behind the other in `bytes`. Source: ITU-T X.690, section 8.1. */
export function readDer(bytes) {
  const values = [];
  for (let at = 0; at < bytes.length; ) {
    const [start, length] = readLength(bytes, at + 1);
    values.push({ tag: bytes[at], content: bytes.subarray(start, start + length), bytes: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return values;
}

/** Writes one DER value around `parts`. */
export function writeDer(tag, ...parts) {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...(length < 0x80 ? [length] : long)), content]);
}

function readLength(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [at + 1, first];
  const size = first - 0x80;
  return [at + 1 + size, bytes.readUIntBE(at + 1, size)];
}
