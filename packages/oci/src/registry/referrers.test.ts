import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import { copyGraph } from '../copy.ts';
import type { Descriptor } from '../descriptor.ts';
import { digestHex, digestOf } from '../digest.ts';
import { mediaTypes } from '../media-types.ts';
import { fallbackTag } from '../fallback-tag.ts';
import { MemoryStore } from '../memory-store.ts';
import type { Store } from '../ports.ts';
import { pushTogether } from '../push-together.ts';
import type { RegistryStore } from './registry-store.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { collect, pushManifest, repositoryName, startRepository } from './testing/test-repository.ts';

const signatureType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const sbomType = 'application/spdx+json';

function sign(store: RegistryStore, subject: Descriptor, nonce = ''): Promise<Descriptor> {
  return pushManifest(store, { artifactType: signatureType, subject, annotations: { nonce } });
}

function digests(descriptors: readonly Descriptor[]): readonly string[] {
  return descriptors.map(({ digest }) => digest).toSorted();
}

function putIndex(registry: FakeRegistry, subject: Descriptor, entries: readonly unknown[]): void {
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: entries };
  const manifest = { mediaType: mediaTypes.imageIndex, bytes: Buffer.from(JSON.stringify(index)) };
  registry.repository(repositoryName).addManifest(manifest, fallbackTag(subject.digest));
}

const support = ['api', 'none', 'redirect'] as const;

describe.each(support)('referrers at a registry whose referrers API is: %s', (referrers) => {
  it('are listed once they are pushed, and the store says by what', async () => {
    await using repository = await startRepository({ referrers });
    const subject = await pushManifest(repository.store);
    const signature = await sign(repository.store, subject);
    const sbom = await pushManifest(repository.store, { artifactType: sbomType, subject });

    const all = await collect(repository.store.referrers(subject));
    const signatures = await collect(repository.store.referrers(subject, signatureType));

    expect(digests(all)).toEqual(digests([signature, sbom]));
    const listedBy = referrers === 'api' ? 'referrers-api' : 'fallback-tag';
    expect(signatures).toEqual([{ ...signature, artifactType: signatureType, annotations: { nonce: '' }, listedBy }]);
  });

  it('are none for a manifest that has none', async () => {
    await using repository = await startRepository({ referrers });
    const subject = await pushManifest(repository.store);

    expect(await collect(repository.store.referrers(subject))).toEqual([]);
  });

  it('are listed once where they are pushed twice', async () => {
    await using repository = await startRepository({ referrers });
    const subject = await pushManifest(repository.store);
    await sign(repository.store, subject);
    await sign(repository.store, subject);

    expect(await collect(repository.store.referrers(subject))).toHaveLength(1);
  });

  it.each([
    [429, 'THROTTLED'],
    [500, 'UNAVAILABLE'],
    [403, 'FORBIDDEN'],
  ])('are never "none" where the registry answers %i', async (status, code) => {
    await using repository = await startRepository({ referrers });
    const subject = await pushManifest(repository.store);
    repository.registry.fail({ path: /referrers|sha256-/, fault: { kind: 'answer', status } });

    await expect(collect(repository.store.referrers(subject))).rejects.toMatchObject({ code });
  });
});

describe('the referrers API', () => {
  it('is read page by page', async () => {
    await using repository = await startRepository({ referrersPageSize: 2 });
    const subject = await pushManifest(repository.store);
    const nonces = ['1', '2', '3', '4', '5'];
    const signatures = await Promise.all(nonces.map((nonce) => sign(repository.store, subject, nonce)));

    expect(digests(await collect(repository.store.referrers(subject, signatureType)))).toEqual(digests(signatures));
  });

  it('hides no referrer that the registry lists under its config\'s type', async () => {
    await using repository = await startRepository({ listConfigTypes: true });
    const subject = await pushManifest(repository.store);
    const signature = await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject, signatureType)))).toEqual([signature.digest]);
  });

  it('leads to no page on another host (GHSA-h7vf-4x9w-h99v)', async () => {
    const evil = await FakeRegistry.start();
    await using repository = await startRepository();
    const subject = await pushManifest(repository.store);
    const value = `<http://${evil.host}/page>; rel="next"`;
    repository.registry.fail({ path: /referrers/, fault: { kind: 'header', name: 'link', value } });

    await expect(collect(repository.store.referrers(subject))).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });

    expect(evil.seen).toEqual([]);
    await evil.stop();
  });

  it('is not read for ever', async () => {
    await using repository = await startRepository();
    const subject = await pushManifest(repository.store);
    const before = repository.registry.seen.length;
    const fault = { kind: 'header', name: 'link', value: '<?again=1>; rel="next"' } as const;
    repository.registry.fail({ path: /referrers/, fault });

    await expect(collect(repository.store.referrers(subject))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });

    expect(repository.registry.seen.length - before).toBe(50);
  });

  it('is an error, not "none", where a later page fails', async () => {
    await using repository = await startRepository({ referrersPageSize: 1 });
    const subject = await pushManifest(repository.store);
    await sign(repository.store, subject, '1');
    await sign(repository.store, subject, '2');
    repository.registry.fail({ path: /from=/, fault: { kind: 'answer', status: 404 } });

    await expect(collect(repository.store.referrers(subject))).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' });
  });

  it('counts as missing where every path answers with a web page', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const headers = { 'content-type': 'text/html' };
    repository.registry.fail({ path: /referrers/, fault: { kind: 'answer', status: 200, headers, body: '<html>' } });
    const signature = await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual([signature.digest]);
  });

  it('is asked once where it is missing', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    await collect(repository.store.referrers(subject));
    await collect(repository.store.referrers(subject));

    expect(repository.registry.asked().filter((line) => line.includes('/referrers/'))).toHaveLength(1);
  });

  it('is asked again where it did not know the subject', async () => {
    await using repository = await startRepository();
    const subject = await pushManifest(repository.store);
    const body = '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}';
    repository.registry.fail({ path: /referrers/, fault: { kind: 'answer', status: 404, body }, times: 1 });
    expect(await collect(repository.store.referrers(subject))).toEqual([]);

    const signature = await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual([signature.digest]);
  });

  it('is not followed to another host, where the answer means that it is missing', async () => {
    const web = await FakeRegistry.start();
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const fault = { kind: 'answer', status: 303, headers: { location: `http://${web.host}/` } } as const;
    repository.registry.fail({ path: /referrers/, fault });

    expect(await collect(repository.store.referrers(subject))).toEqual([]);
    expect(web.seen).toEqual([]);
    await web.stop();
  });

  it('is not trusted with an OCI-Subject header alone', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const fault = { kind: 'header', name: 'oci-subject', value: subject.digest } as const;
    repository.registry.fail({ method: 'PUT', path: /manifests\/sha256:/, fault });
    const signature = await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual([signature.digest]);
  });

  it.each([true, false])('is enough, acknowledged or only listed (%s): no fallback tag', async (subjectHeader) => {
    await using repository = await startRepository({ subjectHeader });
    const subject = await pushManifest(repository.store);
    await sign(repository.store, subject);

    expect([...repository.registry.repository(repositoryName).tags.keys()]).toEqual([]);
  });

  it('is not enough where it neither acknowledges nor lists the referrer', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const headers = { 'content-type': mediaTypes.imageIndex };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [] });
    repository.registry.fail({ path: /referrers/, fault: { kind: 'answer', status: 200, headers, body } });

    await sign(repository.store, subject);

    expect([...repository.registry.repository(repositoryName).tags.keys()]).toEqual([fallbackTag(subject.digest)]);
  });

  it('says that the repository is unknown, not that there are no referrers', async () => {
    await using repository = await startRepository();
    const subject = describeContent(mediaTypes.imageManifest, Buffer.from('absent'));

    await expect(collect(repository.store.referrers(subject))).rejects.toMatchObject({ code: 'REPOSITORY_UNKNOWN' });
  });
});

describe('the fallback index', () => {
  it('has the tag of the specification', () => {
    const bytes = Buffer.from('x');

    expect(fallbackTag(digestOf(bytes))).toBe(`sha256-${digestHex(digestOf(bytes))}`);
    expect(fallbackTag(digestOf(bytes, 'sha512'))).toBe(`sha512-${digestHex(digestOf(bytes, 'sha512')).slice(0, 64)}`);
  });

  it('says of a referrer what its manifest says', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const signature = await sign(repository.store, subject, 'n');

    const { bytes } = repository.registry.repository(repositoryName).findManifest(fallbackTag(subject.digest)) ?? {};

    expect(JSON.parse(Buffer.from(bytes ?? []).toString())).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests: [{ ...signature, artifactType: signatureType, annotations: { nonce: 'n' } }],
    });
  });

  it('takes the config type of a manifest without artifact type', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    await pushManifest(repository.store, { subject });

    expect(await collect(repository.store.referrers(subject))).toMatchObject([{ artifactType: mediaTypes.empty }]);
  });

  it('keeps what others wrote, unreadable entries included', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const strange = { mediaType: 'x', digest: 'md5:1', extra: [1] };
    putIndex(repository.registry, subject, [strange]);

    const signature = await sign(repository.store, subject);

    const { bytes } = repository.registry.repository(repositoryName).findManifest(fallbackTag(subject.digest)) ?? {};
    const index: unknown = JSON.parse(Buffer.from(bytes ?? []).toString());
    expect(index).toMatchObject({ manifests: [strange, { digest: signature.digest }] });
    expect(digests(await collect(repository.store.referrers(subject)))).toEqual([signature.digest]);
  });

  it('keeps entries that state no or the empty artifact type, and drops others', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const entry = (text: string, artifactType?: string): object => {
      return { ...describeContent(mediaTypes.imageManifest, Buffer.from(text)), artifactType };
    };
    const kept = [entry('1'), entry('2', ''), entry('3', mediaTypes.empty), entry('4', signatureType)];
    putIndex(repository.registry, subject, [...kept, entry('5', sbomType), null, 'x', { digest: 5 }]);

    const found = await collect(repository.store.referrers(subject, signatureType));

    expect(found.map(({ digest }) => digest)).toEqual(['1', '2', '3', '4'].map((text) => digestOf(Buffer.from(text))));
  });

  it('is none where GitLab answers its tag with the subject itself', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    repository.registry.repository(repositoryName).tags.set(fallbackTag(subject.digest), subject.digest);

    expect(await collect(repository.store.referrers(subject))).toEqual([]);
  });

  it('is refused, not overwritten, where the tag holds something else', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const other = await pushManifest(repository.store, { annotations: { other: '' } });
    repository.registry.repository(repositoryName).tags.set(fallbackTag(subject.digest), other.digest);

    await expect(sign(repository.store, subject)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(repository.registry.repository(repositoryName).tags.get(fallbackTag(subject.digest))).toBe(other.digest);
  });

  it('holds all referrers that one process pushes at the same time', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);

    const nonces = ['1', '2', '3', '4', '5'];
    const signatures = await Promise.all(nonces.map((nonce) => sign(repository.store, subject, nonce)));

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual(digests(signatures));
  });

  it('is written again where the write was lost', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    repository.registry.fail({ method: 'PUT', path: /sha256-/, fault: { kind: 'lost write' }, times: 2 });

    const signature = await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual([signature.digest]);
  });

  it('is an error where every write is lost', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    repository.registry.fail({ method: 'PUT', path: /sha256-/, fault: { kind: 'lost write' } });

    await expect(sign(repository.store, subject)).rejects.toMatchObject({ code: 'TAG_CONFLICT' });
  });

  it.each([true, false])('loses no entry of another writer to a conditional write, tag there: %s', async (there) => {
    let intruded = false;
    const rival = describeContent(mediaTypes.imageManifest, Buffer.from('rival'));
    await using repository = await startRepository({
      referrers: 'none',
      conditionalWrites: true,
      beforeManifestWrite: (registry, reference) => {
        if (!reference.startsWith('sha256-') || intruded) return;
        intruded = true;
        putIndex(registry, subject, [rival]);
      },
    });
    const subject = await pushManifest(repository.store);
    if (there) putIndex(repository.registry, subject, []);

    const signature = await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual(digests([rival, signature]));
  });

  it('is written once for one writer, and read back twice, after random waits', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    await sign(repository.store, subject);

    const index = repository.registry.asked().filter((line) => line.includes('manifests/sha256-'));
    expect(index.map((line) => line.split(' ')[0])).toEqual(['GET', 'PUT', 'GET', 'GET']);
    expect(repository.clock.slept).toEqual([100, 100]);
  });

  it('waits and looks as its options say', async () => {
    await using repository = await startRepository({ referrers: 'none' }, { fallbackIndex: { confirmations: 3, waitMs: 8 } });
    const subject = await pushManifest(repository.store);
    await sign(repository.store, subject);

    expect(repository.clock.slept).toEqual([8, 8, 8]);
  });

  it('gets back an entry that was lost from it, when the same manifest is pushed again', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const signature = await sign(repository.store, subject);
    const rival = describeContent(mediaTypes.imageManifest, Buffer.from('rival'));
    putIndex(repository.registry, subject, [rival]);

    await sign(repository.store, subject);

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual(digests([rival, signature]));
  });

  it('says that the referrer is stored and what to do, where it cannot be listed', async () => {
    await using repository = await startRepository({ referrers: 'none' }, { fallbackIndex: { attempts: 3 } });
    const subject = await pushManifest(repository.store);
    repository.registry.fail({ method: 'PUT', path: /sha256-/, fault: { kind: 'lost write' } });

    await expect(sign(repository.store, subject)).rejects.toMatchObject({
      code: 'TAG_CONFLICT',
      message: expect.stringMatching(/^sha256:[0-9a-f]{64} was stored, but other writers removed it from the index sha256-[0-9a-f]{64} 3 times$/),
      hint: expect.stringContaining('Run the command again'),
    });
  });

  it('is read again after a write that failed, before it is written again', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    repository.registry.fail({ method: 'PUT', path: /sha256-/, fault: { kind: 'answer', status: 503 }, times: 2 });
    const signature = await sign(repository.store, subject);

    const index = repository.registry.asked().filter((line) => line.includes('manifests/sha256-'));
    expect(index.map((line) => line.split(' ')[0]).slice(0, 6)).toEqual(['GET', 'PUT', 'GET', 'PUT', 'GET', 'PUT']);
    expect(digests(await collect(repository.store.referrers(subject)))).toEqual([signature.digest]);
  });

  it('is not tried for ever where writing it fails', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    repository.registry.fail({ method: 'PUT', path: /sha256-/, fault: { kind: 'answer', status: 503 } });

    await expect(sign(repository.store, subject)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(repository.registry.asked().filter((line) => line.startsWith('PUT') && line.includes('sha256-'))).toHaveLength(4);
  });
});

describe('referrers that are pushed together', () => {
  it.each(support)('are all listed, with the referrers API: %s', async (referrers) => {
    await using repository = await startRepository({ referrers });
    const subject = await pushManifest(repository.store);

    const pushed = await pushTogether(repository.store, (store) => signThrice(store, subject));

    expect(digests(await collect(repository.store.referrers(subject)))).toEqual(digests(pushed));
  });

  it('are listed by one write for each subject', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const other = await pushManifest(repository.store, { annotations: { other: '' } });

    await pushTogether(repository.store, async (store) => {
      await signThrice(store, subject);
      await signThrice(store, other);
    });

    const writes = repository.registry.asked().filter((line) => line.startsWith('PUT') && line.includes('sha256-'));
    const paths = [subject, other].map(({ digest }) => `PUT /v2/${repositoryName}/manifests/${fallbackTag(digest)}`);
    expect(writes).toEqual(paths);
  });

  it('are not listed where the work breaks off', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const work = pushTogether(repository.store, async (store) => {
      await signThrice(store, subject);
      throw new Error('enough');
    });

    await expect(work).rejects.toThrow('enough');
    expect(await collect(repository.store.referrers(subject))).toEqual([]);
  });

  it('are what a copy makes of the referrers of one manifest', async () => {
    const source = new MemoryStore();
    const origin = await pushManifest(source);
    const signatures = await signThrice(source, origin);
    const nested = await pushManifest(source, { artifactType: signatureType, subject: signatures[0] });
    await using repository = await startRepository({ referrers: 'none', immutableTags: true });

    await copyGraph(source, repository.store, origin, { referrers: true });
    await copyGraph(source, repository.store, origin, { referrers: true }); // nothing is new

    expect(digests(await collect(repository.store.referrers(origin)))).toEqual(digests(signatures));
    expect(digests(await collect(repository.store.referrers(signatures[0] ?? origin)))).toEqual([nested.digest]);
  });

  it('say where a copy failed to list them', async () => {
    const source = new MemoryStore();
    const origin = await pushManifest(source);
    await signThrice(source, origin);
    await using repository = await startRepository({ referrers: 'none' });
    repository.registry.fail({ method: 'PUT', path: /sha256-/, fault: { kind: 'answer', status: 403 } });

    const copied = copyGraph(source, repository.store, origin, { referrers: true });

    await expect(copied).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringMatching(/^could not list the copied referrers in the target: PUT/) });
  });

  it('are taken by a registry whose tags are immutable, and no later one is', async () => {
    await using repository = await startRepository({ referrers: 'none', immutableTags: true });
    const subject = await pushManifest(repository.store);
    const pushed = await pushTogether(repository.store, (store) => signThrice(store, subject));
    expect(digests(await collect(repository.store.referrers(subject)))).toEqual(digests(pushed));
    await pushTogether(repository.store, (store) => signThrice(store, subject)); // nothing is new

    const late = await sign(repository.store, subject, 'late').catch((error: unknown) => error);

    expect(late).toMatchObject({
      code: 'TAG_IMMUTABLE',
      message: expect.stringMatching(/keeps tags immutable and lists no referrers.*TAG_INVALID .*cannot be overwritten/),
      hint: expect.stringContaining('Exempt the tags sha256-*'),
    });
    expect(digests(await collect(repository.store.referrers(subject)))).toEqual(digests(pushed));
  });
});

async function signThrice(store: Store, subject: Descriptor): Promise<readonly Descriptor[]> {
  const pushed: Descriptor[] = [];
  for (const nonce of ['1', '2', '3']) pushed.push(await pushManifest(store, { artifactType: signatureType, subject, annotations: { nonce } }));
  return pushed;
}
