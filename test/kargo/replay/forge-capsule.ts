import type { Descriptor } from '@release-capsule/oci';
import { capsuleMediaTypes } from '@release-capsule/schema';
import { gunzipSync } from 'node:zlib';
import { endOfArchive, sorted } from '../../hostile-archives/capsule.ts';
import { gzip } from '../../hostile-archives/raw-gzip.ts';
import { directory, file, octal } from '../../hostile-archives/raw-tar.ts';
import { committedAt } from '../../releases/git-repository.ts';
import { bytesOf, signBlindly, storeCapsule, type TestKey } from '../../releases/signing.ts';
import { readTar } from '../interpreter/read-tar.ts';
import type { CapsuleShelf } from './capsule-shelf.ts';

const mtime = octal(committedAt, 11);

/** The text files of a capsule, by path; one that is `undefined` is left out. */
export type Edit = (files: Readonly<Record<string, string>>) => Readonly<Record<string, string | undefined>>;

/** Makes a capsule of the release's own files, edited, whoever signs it. Its manifest says what the release's says. */
export async function forgeCapsule(shelf: CapsuleShelf, edit: Edit, key?: TestKey): Promise<Descriptor> {
  const entries = await readTar(gunzipSync(await layerOf(shelf)));
  const files = Object.fromEntries(entries.filter(({ kind }) => kind === 'file').map(({ name, content }) => [name, content.toString()]));
  const layer = layerFrom({ ...files, ...edit(files) });
  const capsule = await storeCapsule(shelf.made, { record: shelf.app.record, createdAt: committedAt, layer });
  if (key !== undefined) await signBlindly(shelf.made, capsule, key);
  return capsule;
}

async function layerOf({ made, app }: CapsuleShelf): Promise<Buffer> {
  const { layers } = JSON.parse((await bytesOf(made, app.descriptor)).toString());
  return bytesOf(made, layers.find(({ mediaType }: Descriptor) => mediaType === capsuleMediaTypes.layer));
}

function layerFrom(files: Readonly<Record<string, string | undefined>>): Buffer {
  const present = Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }]));
  const parents = present.flatMap(({ path }) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1)));
  const directories = [...new Set(parents)].map((path) => directory(path, { mtime }));
  const entries = [...directories, ...present.map(({ path, text }) => file(path, text, { mtime }))];
  return gzip(Buffer.concat([...sorted(entries).map(({ blocks }) => blocks), endOfArchive]));
}
