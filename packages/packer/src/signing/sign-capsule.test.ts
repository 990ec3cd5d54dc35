import { generateKeyPairSync } from 'node:crypto';
import { type Descriptor, MemoryStore, pushBytes } from '@release-capsule/oci';
import { describe, expect, test } from 'vitest';
import { signingKey } from '../key/private-key.ts';
import { keySigner } from './key-signer.ts';
import { signCapsule } from './sign-capsule.ts';

const key = keySigner(signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
const now = (): Date => new Date('2026-03-04T05:06:07Z');

describe('signing a capsule', () => {
  test('signs and attaches nothing where the manifest is no capsule', async () => {
    const store = new MemoryStore();
    let isSigned = false;
    const watched = {
      sign: (data: Uint8Array) => {
        isSigned = true;
        return key.sign(data);
      },
    };
    const image = await pushImage(store);

    await expect(signCapsule(store, image, watched, { now })).rejects.toMatchObject({ code: 'NOT_A_CAPSULE' });

    expect(isSigned).toBe(false);
    expect(await Array.fromAsync(store.referrers(image))).toEqual([]);
  });
});

/** Stores the manifest of an ordinary image. */
function pushImage(store: MemoryStore): Promise<Descriptor> {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 };
  const manifest = { config, layers: [], mediaType, schemaVersion: 2 };
  return pushBytes(store, { mediaType, bytes: Buffer.from(JSON.stringify(manifest)) });
}
