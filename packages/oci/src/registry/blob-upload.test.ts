import { describe, expect, it } from 'vitest';
import { contentOf, describeContent } from '../content.ts';
import { digestOf } from '../digest.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { repositoryName, startRepository, type TestRepository } from './testing/test-repository.ts';

const octets = 'application/octet-stream';
const bytes = Buffer.alloc(200_000, 'release ');
const descriptor = describeContent(octets, bytes);

const uploadUnknown = '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}';

async function* inPieces(content: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

function stored({ registry }: TestRepository): readonly string[] {
  return [...registry.repository(repositoryName).blobs.keys()];
}

describe('the upload of a blob', () => {
  it('is one POST and one PUT with a length', async () => {
    await using repository = await startRepository();

    await repository.store.push(descriptor, () => inPieces(bytes));

    expect(stored(repository)).toEqual([descriptor.digest]);
    expect(repository.registry.seen.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT']);
    expect(repository.registry.seen[2]?.headers).toMatchObject({ 'content-length': '200000' });
    expect(repository.registry.seen[2]?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('stores empty content', async () => {
    await using repository = await startRepository();
    const empty = describeContent(octets, new Uint8Array(0));

    await repository.store.push(empty, () => inPieces(new Uint8Array(0)));

    expect(stored(repository)).toEqual([empty.digest]);
  });

  it('keeps the query of a location byte for byte', async () => {
    await using repository = await startRepository({ uploadQuery: '_state=a%2Fb+c%20~' });

    await repository.store.push(descriptor, contentOf(bytes));

    expect(stored(repository)).toEqual([descriptor.digest]);
  });

  it('follows an absolute location on the registry itself', async () => {
    await using other = await startRepository();
    await using repository = await startRepository();
    const location = `http://${repository.registry.host}/v2/${repositoryName}/blobs/uploads/absolute`;
    repository.registry.fail({ method: 'POST', fault: { kind: 'answer', status: 202, headers: { location } } });

    await repository.store.push(descriptor, contentOf(bytes));

    expect(stored(repository)).toEqual([descriptor.digest]);
    expect(other.registry.seen).toEqual([]);
  });

  it('refuses a location on another host (GHSA-jxpm-75mh-9fp7)', async () => {
    const foreign = await FakeRegistry.start();
    await using repository = await startRepository({ uploadBase: `http://${foreign.host}` });

    const pushed = repository.store.push(descriptor, contentOf(bytes));

    await expect(pushed).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });

    expect(foreign.seen).toEqual([]);
    await foreign.stop();
  });

  it('sends content, and no credentials, to another host that was allowed', async () => {
    const foreign = await FakeRegistry.start();
    const auth = { kind: 'basic', username: 'me', password: 'secret' } as const;
    await using repository = await startRepository(
      { uploadBase: `http://${foreign.host}`, auth },
      { uploadOrigins: [`http://${foreign.host}`], credentials: { credentials: async () => auth } },
    );

    await repository.store.push(descriptor, contentOf(bytes));

    expect(foreign.seen.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
    expect(foreign.repository(repositoryName).blobs.has(descriptor.digest)).toBe(true);
    await foreign.stop();
  });

  it.each([
    ['shorter', bytes.subarray(1), 'SIZE_MISMATCH'],
    ['longer', Buffer.concat([bytes, bytes]), 'SIZE_MISMATCH'],
    ['different', Buffer.alloc(bytes.length), 'DIGEST_MISMATCH'],
  ])('is never completed with %s content', async (_what, content, code) => {
    await using repository = await startRepository();

    const slowly = async function* (): AsyncGenerator<Uint8Array> {
      yield* inPieces(content);
      await new Promise((resolve) => setTimeout(resolve, 100)); // what was handed over has arrived by now
    };

    await expect(repository.store.push(descriptor, slowly)).rejects.toMatchObject({ code });

    // Judged by what arrived: a registry that checks the digest itself would hide a client that does not.
    expect(repository.registry.received.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('is never completed with content where there should be none', async () => {
    await using repository = await startRepository();
    const empty = describeContent(octets, new Uint8Array(0));

    await expect(repository.store.push(empty, contentOf(bytes))).rejects.toMatchObject({ code: 'SIZE_MISMATCH' });

    expect(stored(repository)).toEqual([]);
  });

  it('passes on the error of the source, and does not try again', async () => {
    await using repository = await startRepository();
    let reads = 0;
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      reads++;
      yield bytes.subarray(0, 1000);
      yield bytes.subarray(1000, 2000);
      throw new TypeError('the disk broke');
    };

    await expect(repository.store.push(descriptor, broken)).rejects.toThrow('the disk broke');

    expect(reads).toBe(1);
    expect(stored(repository)).toEqual([]);
  });

  it.each([
    ['the connection breaks', { kind: 'reset' } as const],
    ['the registry is overloaded', { kind: 'answer', status: 503 } as const],
    ['the registry loses the upload', { kind: 'answer', status: 404, body: uploadUnknown } as const],
  ])('starts over with the content read again when %s', async (_what, fault) => {
    await using repository = await startRepository();
    repository.registry.fail({ method: 'PUT', fault, times: 1 });
    let reads = 0;

    await repository.store.push(descriptor, () => {
      reads++;
      return inPieces(bytes);
    });

    expect(stored(repository)).toEqual([descriptor.digest]);
    expect(repository.registry.seen.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT', 'POST', 'PUT']);
    expect(reads).toBe(2);
  });

  it('gives up on a registry that never takes the content', async () => {
    await using repository = await startRepository({}, { retry: { attempts: 3 } });
    repository.registry.fail({ method: 'PUT', fault: { kind: 'answer', status: 500 } });

    await expect(repository.store.push(descriptor, contentOf(bytes))).rejects.toMatchObject({ code: 'UNAVAILABLE' });

    expect(repository.registry.asked().filter((line) => line.startsWith('PUT'))).toHaveLength(3);
  });

  it('refuses a registry that says it stored something else', async () => {
    await using repository = await startRepository();
    const value = digestOf(Buffer.from('another'));
    repository.registry.fail({ method: 'PUT', fault: { kind: 'header', name: 'docker-content-digest', value } });

    const pushed = repository.store.push(descriptor, contentOf(bytes));

    await expect(pushed).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is not sent where a write is redirected', async () => {
    const foreign = await FakeRegistry.start();
    await using repository = await startRepository();
    const headers = { location: `http://${foreign.host}/v2/${repositoryName}/blobs/uploads/x` };
    repository.registry.fail({ method: 'PUT', fault: { kind: 'answer', status: 307, headers } });

    const pushed = repository.store.push(descriptor, contentOf(bytes));

    await expect(pushed).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });

    expect(foreign.seen).toEqual([]);
    await foreign.stop();
  });

  it('ends at once when it is aborted', async () => {
    await using repository = await startRepository();
    repository.registry.fail({ method: 'PUT', fault: { kind: 'silence' } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 50);

    await expect(repository.store.push(descriptor, contentOf(bytes), controller.signal)).rejects.toThrow('enough');
  });
});
