import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { exampleRecord } from '../testing/records.ts';
import { encodeConfig, encodeManifest } from './encode-manifest.ts';

const layer = { digest: sha256(Buffer.from('layer')), size: 12_345 };
const commit = exampleRecord().gitCommit;

describe('encodeManifest', () => {
  it('writes the manifest of docs/format.md: one layer, the record inlined, exactly these annotations', () => {
    const record = exampleRecord();
    const config = encodeConfig(record);
    const bytes = encodeManifest({ record, layer, createdAt: 1_795_167_211 });
    const manifest: unknown = JSON.parse(Buffer.from(bytes).toString());
    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.release-capsule.v1',
      config: {
        mediaType: 'application/vnd.release-capsule.release.v1+json',
        digest: sha256(config),
        size: config.byteLength,
        data: Buffer.from(config).toString('base64'),
      },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
      annotations: {
        'org.opencontainers.image.created': '2026-11-20T09:33:31Z',
        'org.opencontainers.image.source': 'https://github.com/example/app',
        'org.opencontainers.image.revision': commit,
        'org.opencontainers.image.version': `git-${commit}`,
        'org.opencontainers.image.title': 'app',
        'dev.release-capsule.image': `ghcr.io/example/app@sha256:${'1'.repeat(64)}`,
        'dev.release-capsule.package.path': 'package/kustomize',
      },
    });
  });

  it('annotates no image where the record has none', () => {
    const { image: _image, ...record } = exampleRecord();
    const text = Buffer.from(encodeManifest({ record, layer, createdAt: 0 })).toString();
    expect(text).not.toContain('dev.release-capsule.image');
  });

  it('does not depend on the order of keys, nor on keys that the schema does not have', () => {
    const record = exampleRecord({ annotations: { b: '1', a: '2' } });
    const shuffled = Object.fromEntries(Object.entries(record).toReversed()) as unknown as typeof record;
    const padded = { ...shuffled, annotations: { a: '2', b: '1' }, extra: 'x' };
    expect(encodeConfig(padded)).toEqual(encodeConfig(record));
  });

  it("has a config whose keys do not clash with an image config's, which some clients decode it as", () => {
    const keys = Object.keys(JSON.parse(Buffer.from(encodeConfig(exampleRecord())).toString()) as object);
    for (const key of ['architecture', 'os', 'config', 'rootfs', 'history', 'created', 'author', 'variant']) {
      expect(keys.map((name) => name.toLowerCase())).not.toContain(key);
    }
  });
});
