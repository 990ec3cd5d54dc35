import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lists what is wrong with an OCI image layout: content that is not what its name says, or that is missing. */
export function layoutDefects(root: string): readonly string[] {
  if (!existsSync(join(root, 'oci-layout'))) return [];
  const { manifests } = JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'));
  return [...damagedBlobs(root), ...(manifests as readonly Link[]).flatMap(({ digest }) => missingBelow(root, digest))];
}

/** Lists what lies in a layout that is no part of one: what an interrupted writer has left. */
export function layoutLeftovers(root: string): readonly string[] {
  const parts = new Set(['blobs', 'index.json', 'oci-layout']);
  return readdirSync(root).filter((name) => !parts.has(name));
}

interface Link {
  readonly digest: string;
}

function damagedBlobs(root: string): readonly string[] {
  const folder = join(root, 'blobs', 'sha256');
  const damaged = readdirSync(folder).filter((name) => {
    return createHash('sha256').update(readFileSync(join(folder, name))).digest('hex') !== name;
  });
  return damaged.map((name) => `${name} is damaged`);
}

function missingBelow(root: string, digest: string): readonly string[] {
  const path = join(root, 'blobs', ...digest.split(':'));
  if (!existsSync(path)) return [`${digest} is missing`];
  const { config, layers = [], manifests = [] } = JSON.parse(readFileSync(path, 'utf8'));
  const blobs: readonly Link[] = [...(config === undefined ? [] : [config]), ...layers];
  const missing = blobs.filter((blob) => !existsSync(join(root, 'blobs', ...blob.digest.split(':'))));
  return [...missing.map((blob) => `${blob.digest} is missing`), ...manifests.flatMap((link: Link) => missingBelow(root, link.digest))];
}
