import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes the middle byte of a blob in an OCI image layout. Returns what puts it right again. */
export function changeByte(layout, digest) {
  const path = join(layout, 'blobs', ...digest.split(':'));
  const original = readFileSync(path);
  const changed = Buffer.from(original);
  const middle = changed.length >> 1;
  changed[middle] ^= 1;
  chmodSync(path, 0o644);
  writeFileSync(path, changed);
  return () => writeFileSync(path, original);
}
