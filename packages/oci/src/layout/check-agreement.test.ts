import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCode } from '../testing/expect-code.ts';
import { pushSampleManifest } from '../testing/sample-graph.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import type { LayoutStore } from './layout-store.ts';
import { openLayout } from './open-layout.ts';

async function layoutWith(artifactType: string | undefined, changes: object): Promise<LayoutStore> {
  const store = await openLayout(join(await temporaryDirectory(), 'layout'), { create: true });
  const { manifest } = await pushSampleManifest(store, 'a', artifactType === undefined ? {} : { artifactType });
  await store.tag(manifest, 'v1');
  const path = join(store.directory, 'index.json');
  const { manifests, ...rest } = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...rest, manifests: [{ ...manifests[0], ...changes }] }));
  return store;
}

describe('an entry of index.json', () => {
  it.each([
    ['states the manifest\'s own artifact type', 'application/vnd.a', 'application/vnd.a'],
    ['states the config\'s type, as some tools do', 'application/vnd.a', 'application/vnd.example.config.v1+json'],
    ['states the config\'s type where the manifest states none', undefined, 'application/vnd.example.config.v1+json'],
    ['states none, as most tools do', 'application/vnd.a', undefined],
  ])('is followed where it %s', async (_what, own, listed) => {
    const store = await layoutWith(own, { artifactType: listed });

    expect((await store.resolve('v1')).digest).toMatch(/^sha256:/);
  });

  it.each([
    ['another artifact type', 'application/vnd.a', 'application/vnd.b'],
    ['an artifact type where the manifest has none', undefined, 'application/vnd.b'],
  ])('is refused where it states %s', async (_what, own, listed) => {
    const store = await layoutWith(own, { artifactType: listed });

    await expectCode('MANIFEST_INVALID', () => store.resolve('v1'));
  });

  it('is refused where it states another kind of manifest', async () => {
    const store = await layoutWith(undefined, { mediaType: 'application/vnd.oci.image.index.v1+json' });

    await expectCode('MANIFEST_INVALID', () => store.resolve('v1'));
  });
});
