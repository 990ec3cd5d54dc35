import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { encodeManifest } from '../manifest/encode-manifest.ts';
import { formatRelease } from '../record/format-release.ts';
import { exampleRecord } from '../testing/records.ts';
import { mtime, type TreeFile, treeFile, writeTree } from '../testing/trees.ts';
import { gzipCanonical } from './gzip-writer.ts';

/** Bytes that no compressor makes smaller, the same on every machine: xorshift32. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x9e3779b9;
  for (let offset = 0; offset < length; offset += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeUInt8(state & 0xff, offset);
  }
  return bytes;
}

const record = exampleRecord({ annotations: { '10': 'ten', '9': 'nine', ключ: 'значение \u{1f4e6}\u2028' } });

const tree: readonly TreeFile[] = [
  treeFile('release.yaml', formatRelease(record)),
  treeFile('metadata/provenance.json', '{}\n'),
  treeFile('metadata/sbom.json', '{}\n'),
  treeFile('metadata/source-proof.json', '{}\n'),
  treeFile('package/kustomize/base/empty', ''),
  treeFile('package/kustomize/base/kustomization.yaml', 'resources: []\n'.repeat(6000)),
  treeFile('package/kustomize/base/noise.bin', noise(200 * 1024)),
  treeFile('package/kustomize/base/run.sh', '#!/bin/sh\nexit 0\n', true),
  treeFile('package/kustomize/ñandú/日本/\u{1f4e6}.yaml', 'a: b\n'),
  treeFile('package/kustomize/\uffee', ''),
  treeFile('package/kustomize/\u{10348}', ''),
  treeFile(`package/kustomize/${'n'.repeat(82)}`, 'a name of 100 bytes\n'),
  treeFile(`package/kustomize/${'m'.repeat(83)}`, 'a name of 101 bytes\n'),
  treeFile(`package/${`${'d'.repeat(200)}/`.repeat(5)}f`, 'a long path\n'),
];

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

// These digests are the format. A change of one of them means that capsules packed before and after differ for the same
// commit: it is right only together with a new format version, never to make a test pass.
describe('a fixed tree', () => {
  it('has this archive, this layer and this manifest on every machine', async () => {
    const archive = await writeTree(tree.toReversed());
    const layer = Buffer.concat(await Array.fromAsync(gzipCanonical(once(archive))));
    const descriptor = { digest: sha256(layer), size: layer.byteLength };
    const manifest = encodeManifest({ record, layer: descriptor, createdAt: mtime });
    expect({ archive: sha256(archive), ...descriptor, manifest: sha256(manifest) }).toEqual({
      archive: 'sha256:75942e8c7e84cdcf2042fccede12e370cf32e767b8e48a8e3a3a2746f18dcbda',
      digest: 'sha256:58844fb21d8f9ea4c4023f2762e398b36854e8fc1b2d89fd0d30e51c67a4e547',
      size: 207_341,
      manifest: 'sha256:d156e33707ffe3ad91b01865a8e2aabed48a033d860e41856dcf777007fc8f1d',
    });
  });
});
