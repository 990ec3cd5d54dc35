import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Descriptor, Store } from '@release-capsule/oci';
import { beforeEach, describe, expect, test } from 'vitest';
import { signingKey } from '../key/private-key.ts';
import { keySigner } from './key-signer.ts';
import { signManifest } from './sign-manifest.ts';

const capsule: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'ab'.repeat(32)}`,
  size: 1234,
  data: 'bm90IGNhcnJpZWQgb3Zlcg==',
};
const signer = keySigner(signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
const now = (): Date => new Date('2026-03-04T05:06:07.890Z');

describe('signing a manifest', () => {
  let pushed: { readonly descriptor: Descriptor; readonly content: Buffer }[];
  let store: Store;
  beforeEach(() => {
    pushed = [];
    store = recordingStore(pushed);
  });

  test('pushes config, bundle and then the manifest, each under its own digest', async () => {
    const referrer = await signManifest(store, capsule, signer, { now });

    expect(pushed.map(({ descriptor }) => descriptor.mediaType)).toEqual([
      'application/vnd.oci.empty.v1+json',
      'application/vnd.dev.sigstore.bundle.v0.3+json',
      'application/vnd.oci.image.manifest.v1+json',
    ]);
    expect(pushed.at(-1)?.descriptor).toEqual(referrer);
    for (const { descriptor, content } of pushed) {
      expect(descriptor.digest).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`);
      expect(descriptor.size).toBe(content.byteLength);
    }
  });

  test('attaches the signature with exactly the manifest that cosign writes', async () => {
    await signManifest(store, capsule, signer, { now });

    const [config, bundle, manifest] = pushed;
    expect(config?.content.toString()).toBe('{}');
    expect(manifest?.content.toString()).toBe(
      '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",' +
        '"config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,' +
        `"digest":"${config?.descriptor.digest}","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"},` +
        `"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","size":${bundle?.content.byteLength},` +
        `"digest":"${bundle?.descriptor.digest}"}],"annotations":{"dev.sigstore.bundle.content":"dsse-envelope",` +
        '"dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1",' +
        '"org.opencontainers.image.created":"2026-03-04T05:06:07Z"},' +
        `"subject":{"mediaType":"${capsule.mediaType}","size":1234,"digest":"${capsule.digest}"},` +
        '"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"}',
    );
  });

  test('returns a descriptor fit for a fallback index', async () => {
    const referrer = await signManifest(store, capsule, signer, { now });

    expect(referrer.artifactType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(referrer.annotations).toEqual(JSON.parse(pushed.at(-1)?.content.toString() ?? '').annotations);
  });
});

function recordingStore(pushed: { readonly descriptor: Descriptor; readonly content: Buffer }[]): Store {
  const unused = async (): Promise<never> => {
    throw new Error('signing only pushes');
  };
  return {
    fetch: unused,
    resolve: unused,
    exists: unused,
    tag: unused,
    async push(descriptor, content) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content()) chunks.push(chunk);
      pushed.push({ descriptor, content: Buffer.concat(chunks) });
    },
  };
}
