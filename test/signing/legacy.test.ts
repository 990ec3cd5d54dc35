import { createHash, createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { type Descriptor, MemoryStore, parseManifest, readAll, settleDefaults, type Store } from '@release-capsule/oci';
import { keySigner, loadPrivateKey, openWitnesses } from '@release-capsule/packer';
import { describe, expect, test } from 'vitest';
import { signManifest } from '../../packages/packer/src/signing/sign-manifest.ts';
import { startPrivateSigstore } from '../sigstore/private-sigstore.ts';
import { setUpKeyless, storeImage } from '../sigstore/sign-image.ts';

const now = (): Date => new Date();
const policy = { confirmations: 2, waitMs: 1, maxWaitMs: 1, attempts: 5 };
const legacy = { dockerReference: 'registry.example/app-capsule', settle: { ...settleDefaults, policy } };
const prefix = 'dev.sigstore.cosign';

describe('a legacy signature', () => {
  test('is a layer of the .sig tag, over the payload that names the digest', async () => {
    const { store, image } = await storeImage();
    const { signer, publicKeyPem } = await newKey();

    await signManifest(store, image, signer, { now, legacy });

    const [layer, ...others] = await layersOf(store, image);
    expect(others).toEqual([]);
    expect(layer?.mediaType).toBe('application/vnd.dev.cosign.simplesigning.v1+json');
    expect(layer?.payload.toString()).toBe(
      '{"critical":{"identity":{"docker-reference":"registry.example/app-capsule"},' +
        `"image":{"docker-manifest-digest":"${image.digest}"},"type":"cosign container image signature"},"optional":null}`,
    );
    expect(Object.keys(layer?.annotations ?? {})).toEqual(['dev.cosignproject.cosign/signature']);
    expect(verify('sha256', layer?.payload ?? Buffer.alloc(0), createPublicKey(publicKeyPem), signatureOf(layer))).toBe(true);
  });

  test('is added to those of others, which stay as they are', async () => {
    const { store, image } = await storeImage();
    const [first, second] = [await newKey(), await newKey()];
    await signManifest(store, image, first.signer, { now, legacy });
    const [before] = await layersOf(store, image);

    await signManifest(store, image, second.signer, { now, legacy });

    const layers = await layersOf(store, image);
    expect(layers).toHaveLength(2);
    expect(layers[0]).toEqual(before);
    expect(await diffIdsOf(store, image)).toEqual(layers.map(({ digest }) => digest));
  });

  test('by certificate carries the certificate, its chain and the promise of Rekor v1', async () => {
    const sigstore = await startPrivateSigstore();
    const { store, image } = await storeImage();
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig({ rekor: 1, timestamps: false }));

    await signManifest(store, image, signer, { now, witnesses, legacy });

    const [layer] = await layersOf(store, image);
    const { publicKey } = new X509Certificate(layer?.annotations[`${prefix}/certificate`] ?? '');
    expect(verify('sha256', layer?.payload ?? Buffer.alloc(0), publicKey, signatureOf(layer))).toBe(true);
    expect(layer?.annotations[`${prefix}/chain`]).toContain('BEGIN CERTIFICATE');
    const { SignedEntryTimestamp, Payload } = JSON.parse(layer?.annotations[`${prefix}/bundle`] ?? '');
    expect(isPromiseOf(sigstore.trustedRoot, Payload, SignedEntryTimestamp)).toBe(true);
    const logged = JSON.parse(Buffer.from(Payload.body, 'base64').toString());
    expect(logged.spec.data.hash.value).toBe(createHash('sha256').update(layer?.payload ?? '').digest('hex'));
  });

  test('by certificate carries a timestamp where the log is of version 2, which is not asked', async () => {
    const sigstore = await startPrivateSigstore();
    const { store, image } = await storeImage();
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig());

    await signManifest(store, image, signer, { now, witnesses, legacy });

    const [layer] = await layersOf(store, image);
    expect(JSON.parse(layer?.annotations[`${prefix}/rfc3161timestamp`] ?? '')).toEqual({ SignedRFC3161Timestamp: expect.stringMatching(/^MI/) });
    expect(Object.keys(layer?.annotations ?? {})).not.toContain(`${prefix}/bundle`);
  });

  test('by certificate is refused where Rekor v2 alone would vouch for it, and nothing is attached', async () => {
    const sigstore = await startPrivateSigstore();
    const { store, image } = await storeImage();
    const { signer } = await setUpKeyless(sigstore.signingConfig());
    const witnesses = openWitnesses({ logs: [{ url: new URL(sigstore.url), majorApiVersion: 2 }], timestampAuthorities: [] });

    await expect(signManifest(store, image, signer, { now, witnesses, legacy })).rejects.toMatchObject({ code: 'OPTION_INVALID' });

    expect(await Array.fromAsync(store.referrers(image))).toEqual([]);
  });

  test('survives a writer that comes in between, and so does that writer’s', async () => {
    const { store, image } = await storeImage();
    const [ours, theirs] = [await newKey(), await newKey()];
    let isFirst = true;
    const contested = withTag(store, async (target, tag) => {
      await store.tag(target, tag);
      if (!isFirst) return;
      isFirst = false;
      await store.tag(await withoutOurs(image, theirs.signer, store), tag);
    });

    await signManifest(contested, image, ours.signer, { now, legacy });

    expect(await layersOf(store, image)).toHaveLength(2);
  });

  test('survives a writer that has read before and writes later, once both have looked again', async () => {
    const { store, image } = await storeImage();
    const [ours, theirs] = [await newKey(), await newKey()];
    const other = await withoutOurs(image, theirs.signer, store);
    let reads = 0;
    const contested: Store = {
      ...withTag(store, (target, tag) => store.tag(target, tag)),
      async resolve(reference, signal) {
        reads += 1;
        const resolved = await store.resolve(reference, signal);
        // Ours has been read back once, and stood: now comes what was begun before it.
        if (reads === 2) await store.tag(other, reference);
        return resolved;
      },
    };

    await signManifest(contested, image, ours.signer, { now, legacy });

    expect(await layersOf(store, image)).toHaveLength(2);
  });

  test('that is lost again and again is reported, and no bundle says that all is there', async () => {
    const { store, image } = await storeImage();
    const [ours, theirs] = [await newKey(), await newKey()];
    const other = await withoutOurs(image, theirs.signer, store);
    const contested = withTag(store, (_target, tag) => store.tag(other, tag));

    await expect(signManifest(contested, image, ours.signer, { now, legacy })).rejects.toMatchObject({ code: 'TAG_LOST' });

    expect(await Array.fromAsync(store.referrers(image))).toEqual([]);
  });
});

interface Layer extends Descriptor {
  readonly annotations: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** A store whose tags are set otherwise, and which cannot hold writers apart. */
function withTag(store: MemoryStore, tag: Store['tag']): Store {
  return {
    tag,
    fetch: (target, signal) => store.fetch(target, signal),
    resolve: (reference, signal) => store.resolve(reference, signal),
    exists: (target, signal) => store.exists(target, signal),
    push: (target, content, signal) => store.push(target, content, signal),
  };
}

/** Makes the .sig manifest of another signer who has not seen ours. */
async function withoutOurs(image: Descriptor, signer: Parameters<typeof signManifest>[2], store: MemoryStore): Promise<Descriptor> {
  const apart = new MemoryStore();
  await apart.push(image, async function* () {
    yield await readAll(store, image, { maxBytes: 10_000 });
  });
  await signManifest(apart, image, signer, { now, legacy });
  const manifest = await apart.resolve(tagOf(image));
  const bytes = await readAll(apart, manifest, { maxBytes: 100_000 });
  const { config, layers } = parseManifest(bytes);
  for (const part of [config, ...layers, manifest]) {
    await store.push(part, async function* () {
      yield part === manifest ? bytes : await readAll(apart, part, { maxBytes: 100_000 });
    });
  }
  return manifest;
}

function tagOf({ digest }: Descriptor): string {
  return `${digest.replace(':', '-')}.sig`;
}

async function layersOf(store: MemoryStore, image: Descriptor): Promise<readonly Layer[]> {
  const { layers } = parseManifest(await readAll(store, await store.resolve(tagOf(image)), { maxBytes: 100_000 }));
  return Promise.all(
    layers.map(async ({ annotations = {}, ...layer }) => ({ ...layer, annotations, payload: Buffer.from(await readAll(store, layer, { maxBytes: 100_000 })) })),
  );
}

async function diffIdsOf(store: MemoryStore, image: Descriptor): Promise<unknown> {
  const { config } = parseManifest(await readAll(store, await store.resolve(tagOf(image)), { maxBytes: 100_000 }));
  return JSON.parse(Buffer.from(await readAll(store, config, { maxBytes: 100_000 })).toString()).rootfs.diff_ids;
}

function signatureOf(layer: Layer | undefined): Buffer {
  return Buffer.from(layer?.annotations['dev.cosignproject.cosign/signature'] ?? '', 'base64');
}

/** Tells whether a log of the root has promised the entry: over its canonical JSON. */
function isPromiseOf(trustedRoot: string, { body, integratedTime, logIndex, logID }: Record<string, unknown>, promise: string): boolean {
  const signed = Buffer.from(JSON.stringify({ body, integratedTime, logID, logIndex }));
  const keys: string[] = JSON.parse(trustedRoot).tlogs.map((log: { publicKey: { rawBytes: string } }) => log.publicKey.rawBytes);
  return keys.some((key) => {
    return verify('sha256', signed, createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }), Buffer.from(promise, 'base64'));
  });
}

async function newKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = await loadPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return { signer: keySigner(key), publicKeyPem: key.publicKeyPem };
}
