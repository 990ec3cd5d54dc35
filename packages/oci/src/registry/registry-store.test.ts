import { describe, expect, it } from 'vitest';
import { contentOf, describeContent } from '../content.ts';
import { digestOf } from '../digest.ts';
import { mediaTypes } from '../media-types.ts';
import type { SentRequest } from './options.ts';
import { openRegistry } from './registry-store.ts';
import { manifestBytes, pushManifest, readStream, repositoryName, startRepository } from './testing/test-repository.ts';

const octets = 'application/octet-stream';

describe('RegistryStore', () => {
  it('reads back what it pushed', async () => {
    await using repository = await startRepository();
    const bytes = Buffer.from('some content');
    const descriptor = describeContent(octets, bytes);

    await repository.store.push(descriptor, contentOf(bytes));

    expect(await readStream(await repository.store.fetch(descriptor))).toEqual(bytes);
  });

  it('resolves a tag with one request and brings the manifest along', async () => {
    await using repository = await startRepository();
    const bytes = manifestBytes();
    const manifest = { mediaType: mediaTypes.imageManifest, bytes };
    const digest = repository.registry.repository(repositoryName).addManifest(manifest, 'v1');

    const resolved = await repository.store.resolve('v1');
    const read = await readStream(await repository.store.fetch(resolved));

    expect(resolved).toMatchObject({ mediaType: mediaTypes.imageManifest, digest, size: bytes.length });
    expect(read).toEqual(bytes);
    expect(repository.registry.asked()).toEqual(['GET /v2/acme/app/manifests/v1']);
  });

  it('fetches again where the content in a descriptor is not what its digest says', async () => {
    await using repository = await startRepository();
    const descriptor = await pushManifest(repository.store);

    const data = Buffer.from('{}').toString('base64');
    const read = await readStream(await repository.store.fetch({ ...descriptor, data }));

    expect(digestOf(read)).toBe(descriptor.digest);
  });

  it('tags a manifest that is there', async () => {
    await using repository = await startRepository();
    const descriptor = await pushManifest(repository.store);

    await repository.store.tag(descriptor, 'v1');

    expect((await repository.store.resolve('v1')).digest).toBe(descriptor.digest);
  });

  it('tells what is there from what is not', async () => {
    await using repository = await startRepository();
    const manifest = await pushManifest(repository.store);
    const blob = describeContent(mediaTypes.empty, Buffer.from('{}'));
    const absent = describeContent(octets, Buffer.from('absent'));

    const found = await Promise.all([manifest, blob, absent].map((target) => repository.store.exists(target)));

    expect(found).toEqual([true, true, false]);
  });

  it('sends a blob that is there already no second time', async () => {
    await using repository = await startRepository();
    const bytes = Buffer.from('once');
    const descriptor = describeContent(octets, bytes);
    await repository.store.push(descriptor, contentOf(bytes));
    const before = repository.registry.seen.length;

    await repository.store.push(descriptor, contentOf(bytes));

    expect(repository.registry.asked().slice(before)).toEqual([`HEAD /v2/acme/app/blobs/${descriptor.digest}`]);
  });

  it.each([
    ['a tag', 'REFERENCE_UNKNOWN', 'v1'],
    ['a digest', 'REFERENCE_UNKNOWN', digestOf(Buffer.from('absent'))],
  ])('says that %s is unknown', async (_what, code, reference) => {
    await using repository = await startRepository();
    await pushManifest(repository.store);

    await expect(repository.store.resolve(reference)).rejects.toMatchObject({ code });
  });

  it('says that a repository is unknown', async () => {
    await using repository = await startRepository();

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'REPOSITORY_UNKNOWN' });
  });

  it.each([
    ['a blob', octets],
    ['a manifest', mediaTypes.imageManifest],
  ])('says that %s is unknown when it is fetched', async (_what, mediaType) => {
    await using repository = await startRepository();
    await pushManifest(repository.store);
    const absent = describeContent(mediaType, Buffer.from('absent'));

    await expect(repository.store.fetch(absent)).rejects.toMatchObject({ code: 'BLOB_UNKNOWN' });
  });

  it.each([
    ['breaks off', { kind: 'truncate', afterBytes: 20 } as const],
    ['falls silent', { kind: 'stall', afterBytes: 20 } as const],
  ])('asks again for a manifest that %s half way', async (_what, fault) => {
    await using repository = await startRepository({}, { timeouts: { idleMs: 200 } });
    const descriptor = await pushManifest(repository.store);
    repository.registry.fail({ method: 'GET', path: /manifests/, fault, times: 2 });

    expect((await repository.store.resolve(descriptor.digest)).digest).toBe(descriptor.digest);
  });

  it('refuses a manifest that is not the one the digest names', async () => {
    await using repository = await startRepository();
    const descriptor = await pushManifest(repository.store);
    repository.registry.fail({ method: 'GET', path: /manifests/, fault: { kind: 'wrong bytes' } });

    await expect(repository.store.resolve(descriptor.digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('refuses another manifest under a digest, whatever the headers say', async () => {
    await using repository = await startRepository();
    const descriptor = await pushManifest(repository.store);
    const headers = { 'content-type': mediaTypes.imageManifest, 'docker-content-digest': descriptor.digest };
    const body = Buffer.from(manifestBytes({ annotations: { another: '' } })).toString();
    repository.registry.fail({ method: 'GET', fault: { kind: 'answer', status: 200, headers, body } });

    await expect(repository.store.resolve(descriptor.digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(repository.store.fetch(descriptor)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('refuses another manifest under a digest where the registry reports none', async () => {
    await using repository = await startRepository();
    const descriptor = await pushManifest(repository.store);
    const body = Buffer.from(manifestBytes({ annotations: { another: '' } })).toString();
    repository.registry.fail({ method: 'GET', fault: { kind: 'answer', status: 200, body } });

    await expect(repository.store.resolve(descriptor.digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('refuses a tag whose reported digest is not that of its bytes', async () => {
    await using repository = await startRepository();
    await repository.store.tag(await pushManifest(repository.store), 'v1');
    const value = digestOf(Buffer.from('another'));
    repository.registry.fail({ method: 'GET', fault: { kind: 'header', name: 'docker-content-digest', value } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('refuses a manifest that its header calls an index', async () => {
    await using repository = await startRepository();
    await repository.store.tag(await pushManifest(repository.store), 'v1');
    const fault = { kind: 'header', name: 'content-type', value: mediaTypes.imageIndex } as const;
    repository.registry.fail({ method: 'GET', fault });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('takes the parameters off a content type', async () => {
    await using repository = await startRepository();
    await repository.store.tag(await pushManifest(repository.store), 'v1');
    const value = `${mediaTypes.imageManifest}; charset=utf-8`;
    repository.registry.fail({ method: 'GET', fault: { kind: 'header', name: 'content-type', value } });

    expect((await repository.store.resolve('v1')).mediaType).toBe(mediaTypes.imageManifest);
  });

  it('stops reading a manifest at 4 MiB', async () => {
    await using repository = await startRepository();
    const bytes = manifestBytes({ annotations: { long: 'x'.repeat(4 * 1024 * 1024) } });
    repository.registry.repository(repositoryName).addManifest({ mediaType: mediaTypes.imageManifest, bytes }, 'v1');

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('reports content that a manifest lists and the registry lacks', async () => {
    await using repository = await startRepository();
    const bytes = manifestBytes();

    const pushed = repository.store.push(describeContent(mediaTypes.imageManifest, bytes), contentOf(bytes));

    await expect(pushed).rejects.toMatchObject({ code: 'BLOB_UNKNOWN' });
  });

  it('sends no manifest that is not what its descriptor says', async () => {
    await using repository = await startRepository();
    const descriptor = describeContent(mediaTypes.imageManifest, manifestBytes());

    const pushed = repository.store.push(descriptor, contentOf(manifestBytes({ layers: null })));

    await expect(pushed).rejects.toMatchObject({ code: 'SIZE_MISMATCH' });
    expect(repository.registry.seen).toEqual([]);
  });

  it('reports a tag that the registry keeps as it is', async () => {
    await using repository = await startRepository();
    const descriptor = await pushManifest(repository.store);
    repository.registry.fail({ method: 'PUT', path: /manifests\/v1/, fault: { kind: 'answer', status: 412 } });

    await expect(repository.store.tag(descriptor, 'v1')).rejects.toMatchObject({ code: 'TAG_CONFLICT' });
  });

  const noTags = ['', '.hidden', 'a/b', '../v1', 'v1?x=1', 'x'.repeat(129)];
  it.each(noTags)('refuses the tag %j before anything is sent', async (tag) => {
    await using repository = await startRepository();

    await expect(repository.store.resolve(tag)).rejects.toMatchObject({ code: 'REFERENCE_INVALID' });
    expect(repository.registry.seen).toEqual([]);
  });

  it.each([
    { registry: 'evil.example/x', repository: 'app' },
    { registry: 'user:secret@ghcr.io', repository: 'app' },
    { registry: 'ghcr.io', repository: '../app' },
    { registry: 'ghcr.io', repository: 'App' },
    { registry: 'ghcr.io', repository: 'app:v1' },
  ])('refuses the location $registry $repository', (location) => {
    expect(() => openRegistry(location)).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
  });

  it('tells each request that it sends', async () => {
    const sent: string[] = [];
    const onRequest = ({ method, url }: SentRequest): void => void sent.push(`${method} ${new URL(url).pathname}`);
    await using repository = await startRepository({}, { onRequest });
    await repository.store.resolve('v1').catch(() => undefined);

    expect(sent).toEqual(repository.registry.asked());
    expect(sent).toHaveLength(1);
  });

  it('asks for bytes as they are, under its own name', async () => {
    await using repository = await startRepository({}, { userAgent: 'tester/1' });
    await repository.store.resolve('v1').catch(() => undefined);

    const headers = repository.registry.seen[0]?.headers;
    expect(headers).toMatchObject({ 'accept-encoding': 'identity', 'user-agent': 'tester/1' });
  });
});
