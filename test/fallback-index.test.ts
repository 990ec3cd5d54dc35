import { openRegistry, type RegistryStore } from '@release-capsule/oci';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../packages/oci/src/registry/testing/fake-registry.ts';
import { Workbench } from './cli/workbench.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';

interface Entry {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
}

let bench: Workbench;
let registry: FakeRegistry;
let reference: string;

beforeEach(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start({ referrers: 'none' });
  await bench.release(`${registry.host}/example/app-capsule`);
  reference = `${registry.host}/example/app-capsule:${bench.tag}`;
});

afterEach(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

// What is listed is a hint. Whoever goes by it finds no signature where an older tool has added one.
describe('a signature under the fallback tag counts', () => {
  test.each<[string, (entry: Entry) => object]>([
    // So does go-containerregistry 0.20.7, and with it cosign 2.6.4.
    ['with the type of its config and no annotations', (entry) => ({ ...entry, artifactType: 'application/vnd.oci.empty.v1+json' })],
    ['with an empty type', (entry) => ({ ...entry, artifactType: '' })],
    // The annotations are missing up to go-containerregistry 0.21.9.
    ['with its type and no annotations', (entry) => ({ ...entry, artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' })],
    ['with no type', (entry) => entry],
    ['with null annotations', (entry) => ({ ...entry, annotations: null })],
    ['with the annotation of an attestation', (entry) => ({ ...entry, annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' } })],
  ])('where the index names it %s', async (_what, write) => {
    await rewriteIndex((entries) => entries.map(write));

    const { stdout } = await bench.run(['verify', reference, ...bench.verifyOptions, '--json']);
    const { accepted, findings } = JSON.parse(stdout);

    expect(accepted).toBe(true);
    expect(findings.find(({ claim }: { readonly claim: string }) => claim === 'SIGNATURE').evidence.accepted).toMatchObject([
      expect.stringContaining('under the fallback tag'),
    ]);
  });

  test('where it stands among entries that cannot be read', async () => {
    await rewriteIndex((entries) => [null, { digest: 'sha256:none' }, ...entries, { mediaType: 1 }]);

    expect(await bench.run(['verify', reference, ...bench.verifyOptions])).toMatchObject({ status: 0 });
  });
});

test('an index that lists nothing is no signature, and says so', async () => {
  await rewriteIndex(() => []);

  const { status, stdout } = await bench.run(['verify', reference, ...bench.verifyOptions]);

  expect(status).toBe(1);
  expect(stdout).toContain('SIGNATURE_MISSING');
});

/** Writes the index under the fallback tag anew, of no more of each entry than every tool has written. */
async function rewriteIndex(change: (entries: readonly Entry[]) => readonly unknown[]): Promise<void> {
  const store = openRegistry({ registry: registry.host, repository: 'example/app-capsule' });
  const { digest } = await store.resolve(bench.tag);
  const tag = digest.replace(':', '-');
  const entries = (await readIndex(store, tag)).manifests.map(({ mediaType, size, digest: of }) => ({ mediaType, size, digest: of }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: change(entries) }));
  const manifest = { mediaType: indexType, bytes };
  registry.repository('example/app-capsule').addManifest(manifest, tag);
}

async function readIndex(store: RegistryStore, tag: string): Promise<{ readonly manifests: readonly Entry[] }> {
  const { data = '' } = await store.resolve(tag);
  return JSON.parse(Buffer.from(data, 'base64').toString());
}
