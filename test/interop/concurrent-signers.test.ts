import { contentOf, describeContent, type Descriptor, openRegistry, pushBytes, type RegistryStore } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexRegistryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { parseReleased, type Released } from './support/released.ts';
import { Workbench } from './support/workbench.ts';

const signers = 8;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await Workbench.open();
});

afterAll(() => workbench[Symbol.dispose]());

describe.each(indexRegistryKinds)('signers of one manifest at the same time, with $name', (kind) => {
  let registry: TestRegistry;
  let place: string;
  let released: Released;

  beforeAll(async () => {
    registry = await kind.start();
    place = `${registry.host}/team/hello-capsule`;
    released = parseReleased(await workbench.succeed(workbench.releaseArguments(place)));
  });

  afterAll(async () => registry[Symbol.asyncDispose]());

  test('which are processes of their own: each signature that is said to be there is listed', async () => {
    const sign = ['sign', `${place}@${released.digest}`, '--key', 'keys/cosign.key', '--json'];
    const ended = await Promise.all(Array.from({ length: signers }, () => workbench.capsule(sign)));

    const told = ended.filter(({ status }) => status === 0).map(({ stdout }) => JSON.parse(stdout).signature.digest);
    for (const { status, stderr } of ended.filter((one) => one.status !== 0)) {
      expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('TAG_CONFLICT') });
    }
    const listed = await list(open(), await open().resolve(released.digest));
    expect(told.length).toBeGreaterThan(0);
    expect(listed).toEqual(expect.arrayContaining(told));
  });

  test('which are stores of their own: of a hundred signatures none is lost', async () => {
    const subject = await pushSubject(open());
    const told: string[] = [];
    for (let round = 0; told.length < 100; round += 1) {
      const stores = Array.from({ length: signers }, open);
      told.push(...(await Promise.all(stores.map((store, index) => pushReferrer(store, subject, `${round} ${index}`)))));
    }

    expect([...(await list(open(), subject))].sort()).toEqual([...told].sort());
  });

  test('which answer a condition: this registry hears none, so that waiting is all that helps', async () => {
    const subject = await pushSubject(open());
    await pushReferrer(open(), subject, 'first');
    const url = `http://${registry.host}/v2/team/hello-capsule/manifests/${subject.digest.replace(':', '-')}`;
    const index = await fetch(url, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } });
    const body = await index.text();

    const written = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json', 'if-match': '"another one"', 'if-none-match': '*' },
      body,
    });

    expect(index.headers.get('etag')).toMatch(/^"sha256:[0-9a-f]{64}"$/);
    expect(written.status).toBe(201);
  });

  function open(): RegistryStore {
    return openRegistry({ registry: registry.host, repository: 'team/hello-capsule' });
  }
});

async function pushSubject(store: RegistryStore): Promise<Descriptor> {
  const config = await pushBytes(store, { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') });
  return push(store, { config, layers: [config], annotations: { made: `${performance.now()}` } });
}

async function pushReferrer(store: RegistryStore, subject: Descriptor, nonce: string): Promise<string> {
  const config = describeContent('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  return (await push(store, { config, layers: [config], subject, annotations: { nonce } })).digest;
}

async function push(store: RegistryStore, fields: object): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, artifactType: 'application/vnd.example.note', ...fields }));
  const manifest = describeContent(manifestType, bytes);
  await store.push(manifest, contentOf(bytes));
  return manifest;
}

async function list(store: RegistryStore, subject: Descriptor): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const { digest } of store.referrers(subject)) digests.push(digest);
  return digests;
}
