import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachDocument } from './attach-document.mjs';
import { buildFacts } from './build-facts.mjs';
import { DebianArchive } from './debian-archive.mjs';
import { readLock } from './image-lock.mjs';
import { pushImage } from './image-manifest.mjs';
import { imageProvenance } from './image-provenance.mjs';
import { imageSbom } from './image-sbom.mjs';
import { debianPackages, thisPlatform } from './platforms.mjs';
import { programFiles } from './program-files.mjs';
import { directories, runtimeFiles } from './runtime-files.mjs';
import { writeLayer } from './write-layer.mjs';

/**
 * Builds the image of the verify service into a store, with its SBOM and provenance; the tag is set last. Returns what
 * was made, and both documents: attached unsigned they prove nothing, and the release signs them separately.
 * `lock` is the path of the lock; `archive` holds the settings of `DebianArchive`.
 */
export async function buildImage(store, { root, env, tag, lock, archive }) {
  const platform = thisPlatform();
  const facts = buildFacts(root, env);
  const debian = await takePackages(lock, { ...archive, architecture: platform.architecture });
  const runtime = await runtimeFiles({ root, platform, debian });
  const program = await programFiles(root);

  const layers = [
    { what: 'Node and the libraries of Debian that it is linked against', ...(await writeLayer(store, { files: runtime, directories })) },
    { what: 'capsule, without what packs and signs', ...(await writeLayer(store, program)) },
  ];
  const image = await pushImage(store, { layers, platform, facts });

  const node = nodeOf(await readJson(join(root, 'node_modules', platform.nodePackage, 'package.json')), runtime);
  const lockfile = sha256(await readFile(join(root, 'pnpm-lock.yaml')));
  const files = [...runtime, ...program.files];
  const { created } = facts;
  const sbom = imageSbom({ image, facts, platform, node, debian, npm: program.packages, files });
  await attachDocument(store, image, { type: 'application/spdx+json', bytes: sbom, created });
  const provenance = imageProvenance({ image, facts, platform, node, debian, lockfile });
  await attachDocument(store, image, { type: 'application/vnd.in-toto+json', bytes: provenance, created });
  await store.tag(image, tag ?? facts.version);
  const sizes = sizesOf(layers, files);
  const made = { ...facts, tag: tag ?? facts.version, digest: image.digest, ...sizes, node: node.version, packages: debian.map(named) };
  return { made, sbom, provenance };
}

async function takePackages(lock, { architecture, ...settings }) {
  const archive = new DebianArchive({ ...settings, architecture });
  const wanted = await readLock(lock, { architecture, names: debianPackages.map(({ name }) => name) });
  const taken = [];
  for (const each of wanted) taken.push(await archive.take(each));
  return taken.map((each, index) => ({ ...debianPackages[index], ...each }));
}

function nodeOf({ name, version }, files) {
  return { packageName: name, version, sha256: sha256(files.find(({ path }) => path === 'usr/bin/node').bytes) };
}

function named({ name, version, sha256: digest }) {
  return { name, version, sha256: digest };
}

function sizesOf(layers, files) {
  return {
    compressedBytes: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    unpackedBytes: files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
  };
}

async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
