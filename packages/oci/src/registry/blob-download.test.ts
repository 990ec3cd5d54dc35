import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { readStream, repositoryName, startRepository, type TestRepository } from './testing/test-repository.ts';

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const cut = { kind: 'truncate', afterBytes: 40_000 } as const;
const quick = { timeouts: { idleMs: 100 } };

function addBlob(repository: TestRepository): Descriptor {
  repository.registry.repository(repositoryName).addBlob(bytes);
  return describeContent('application/octet-stream', bytes);
}

describe('the download of a blob', () => {
  it('resumes where the connection broke', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: cut, times: 1 });

    const read = await readStream(await repository.store.fetch(blob));

    expect(read.equals(bytes)).toBe(true);
    const ranges = repository.registry.seen.map(({ headers }) => headers['range']);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]/)]);
  });

  it('resumes where the registry fell silent', async () => {
    await using repository = await startRepository({}, quick);
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'stall', afterBytes: 40_000 }, times: 1 });

    const read = await readStream(await repository.store.fetch(blob));

    expect(read.equals(bytes)).toBe(true);
    expect(repository.registry.seen).toHaveLength(2);
  });

  it('starts over, and delivers nothing twice, where the registry has no ranges', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: cut, times: 1 });
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'ignore range' } });

    const read = await readStream(await repository.store.fetch(blob));

    expect(read.equals(bytes)).toBe(true);
  });

  it('refuses a range that it did not ask for', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ path: /blobs/, fault: cut, times: 1 });
    const other = { kind: 'header', name: 'content-range', value: 'bytes 0-99999/100000' } as const;
    repository.registry.fail({ path: /blobs/, fault: other });

    const stream = await repository.store.fetch(blob);

    await expect(readStream(stream)).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' });
  });

  it('gives up on a registry that breaks every connection', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'truncate', afterBytes: 1 } });

    const stream = await repository.store.fetch(blob);

    await expect(readStream(stream)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(repository.registry.seen).toHaveLength(6);
  });

  it('cannot be held for ever by a registry that stays silent', async () => {
    await using repository = await startRepository({}, { ...quick, retry: { attempts: 2 } });
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'silence' } });

    await expect(repository.store.fetch(blob)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(repository.registry.seen).toHaveLength(2);
  });

  it('cannot be held for ever by a registry that sends a byte now and then', async () => {
    await using repository = await startRepository({}, { timeouts: { idleMs: 5_000, totalMs: 150 } });
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'trickle', everyMs: 10 } });

    const stream = await repository.store.fetch(blob);

    await expect(readStream(stream)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(repository.registry.seen).toHaveLength(6);
  });

  it('takes its time where the reader does', async () => {
    await using repository = await startRepository({}, { timeouts: { idleMs: 50, totalMs: 500 } });
    const reader = (await repository.store.fetch(addBlob(repository))).getReader();

    const first = await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 150));
    let size = first.value?.length ?? 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) size += next.value.length;

    expect(size).toBe(bytes.length);
    expect(repository.registry.seen).toHaveLength(1);
  });

  it('refuses changed bytes at the end', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'wrong bytes' } });

    const stream = await repository.store.fetch(blob);

    await expect(readStream(stream)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it.each([
    ['holds changed bytes', { kind: 'wrong bytes' }],
    ['is another content', { kind: 'answer', status: 200, body: 'x'.repeat(100_000) }],
    ['is too short', { kind: 'answer', status: 200, body: 'x'.repeat(60_000) }],
    ['is too long', { kind: 'answer', status: 200, body: 'x'.repeat(100_001) }],
    ['says that there is no such blob', { kind: 'answer', status: 404 }],
  ] as const)('tells nothing of the content where what resumes it %s', async (_what, fault) => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: cut, times: 1 });
    repository.registry.fail({ method: 'GET', path: /blobs/, fault });

    const stream = await repository.store.fetch(blob);

    await expect(readStream(stream)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^the download of sha256:\w+ broke off (once|[2-5] times) and could not be completed: /),
      hint: expect.stringContaining('Try again'),
    });
  });

  it('stops at the first byte too many', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);

    const stream = await repository.store.fetch({ ...blob, size: 10 });

    await expect(readStream(stream)).rejects.toMatchObject({ code: 'SIZE_MISMATCH' });
  });

  it('ends at once when it is aborted', async () => {
    await using repository = await startRepository();
    const blob = addBlob(repository);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: { kind: 'stall', afterBytes: 10 } });
    const controller = new AbortController();
    const stream = await repository.store.fetch(blob, controller.signal);

    setTimeout(() => controller.abort(new Error('enough')), 20);

    await expect(readStream(stream)).rejects.toThrow('enough');
    expect(repository.clock.slept).toEqual([]);
  });

  it('frees the connection of a stream that is cancelled unread', async () => {
    await using repository = await startRepository();
    const stream = await repository.store.fetch(addBlob(repository));

    await stream.cancel();

    expect(repository.registry.seen).toHaveLength(1);
  });
});
