import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes freight.yaml in the smallest form that Kargo's object has, and returns its text. */
export function writeFreight(directory, { image, capsule }) {
  const text = `origin: { kind: Warehouse, name: hello }\nimages:\n${[image, capsule].map(imageEntry).join('')}`;
  writeFileSync(join(directory, 'freight.yaml'), text);
  return text;
}

function imageEntry(reference) {
  const [, repoURL, tag, digest] = /^(.+):([^:@/]+)@(sha256:.+)$/.exec(reference);
  return `  - repoURL: ${repoURL}\n    tag: ${tag}\n    digest: "${digest}"\n`;
}

/** Reads a manifest of the demo's layout. */
export function readJson(directory, digest) {
  return JSON.parse(readFileSync(join(directory, 'capsules', 'blobs', ...digest.split(':')), 'utf8'));
}
