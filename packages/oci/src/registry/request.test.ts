import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import { hostList } from './host-list.ts';
import { resolveLocation } from './redirect.ts';
import type { Fault } from './testing/fake-faults.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { readStream, repositoryName, startRepository } from './testing/test-repository.ts';

const bytes = Buffer.from('content');
const blob = describeContent('application/octet-stream', bytes);
const me = { username: 'me', password: 'secret' };
const loggedIn = { credentials: { credentials: async () => me } };
const blobPath = `/v2/${repositoryName}/blobs/${blob.digest}`;

function redirectTo(location: string): Fault {
  return { kind: 'answer', status: 307, headers: { location } };
}

describe('a redirected read', () => {
  it('goes to blob storage without credentials (GHSA-vh4v-2xq2-g5cg)', async () => {
    const storage = await FakeRegistry.start();
    storage.repository(repositoryName).addBlob(bytes);
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, loggedIn);
    await repository.store.exists(blob);
    repository.registry.fail({ method: 'GET', fault: redirectTo(`http://${storage.host}${blobPath}?X-Signature=abc`) });

    const read = await readStream(await repository.store.fetch(blob));

    expect(read).toEqual(bytes);
    expect(storage.seen[0]?.path).toBe(`${blobPath}?X-Signature=abc`);
    expect(storage.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(storage.seen[0]?.headers).not.toHaveProperty('cookie');
    await storage.stop();
  });

  it('gets its credentials back by no way round', async () => {
    const storage = await FakeRegistry.start();
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, loggedIn);
    await repository.store.exists(blob);
    const own = repository.registry.host;
    const away = redirectTo(`http://${storage.host}/away`);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: away, times: 1 });
    storage.fail({ fault: redirectTo(`http://${own}/back`) });
    repository.registry.fail({ method: 'GET', path: /back/, fault: { kind: 'answer', status: 404 } });

    await expect(repository.store.fetch(blob)).rejects.toMatchObject({ code: 'BLOB_UNKNOWN' });

    const back = repository.registry.seen.find(({ path }) => path === '/back');
    expect(back?.headers).not.toHaveProperty('authorization');
    await storage.stop();
  });

  it('keeps its credentials on the registry itself', async () => {
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, loggedIn);
    repository.registry.repository(repositoryName).addBlob(bytes);
    await repository.store.exists(blob);
    repository.registry.fail({ method: 'GET', path: /blobs/, fault: redirectTo(blobPath), times: 1 });

    expect(await readStream(await repository.store.fetch(blob))).toEqual(bytes);
  });

  it('does not follow a circle', async () => {
    await using repository = await startRepository();
    repository.registry.fail({ method: 'GET', fault: redirectTo(blobPath) });

    await expect(repository.store.fetch(blob)).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });

    expect(repository.registry.seen).toHaveLength(11);
  });

  it('is refused where it has no target', async () => {
    await using repository = await startRepository();
    repository.registry.fail({ method: 'GET', fault: { kind: 'answer', status: 302 } });

    await expect(repository.store.fetch(blob)).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });
  });
});

describe('resolveLocation', () => {
  const none = hostList([]);

  it('follows to an internal host that is allowed, and to no other', () => {
    const from = new URL('https://registry.example/v2/');
    const allowed = hostList(['storage.localhost']);

    expect(resolveLocation('https://storage.localhost:9000/x', from, allowed).hostname).toBe('storage.localhost');
    expect(() => resolveLocation('https://other.localhost/x', from, allowed)).toThrow(expect.objectContaining({ code: 'REDIRECT_REFUSED' }));
  });

  it.each([
    ['http://registry.example/x', 'https to http'],
    ['https://169.254.169.254/latest', 'internal host'],
    ['https://localhost/x', 'internal host'],
    ['https://user:hunter2@storage.example/x', 'user or password'],
    ['ftp://storage.example/x', 'leads to ftp:'],
    ['http://[', 'no URL'],
  ])('refuses %s', (location, why) => {
    expect(() => resolveLocation(location, new URL('https://registry.example/v2/'), none)).toThrow(
      expect.objectContaining({ code: 'REDIRECT_REFUSED', message: expect.stringContaining(why) }),
    );
  });

  it('repeats no secret in its message', () => {
    const location = 'https://user:hunter2@storage.example/x?sig=s3cret';

    expect(() => resolveLocation(location, new URL('https://r.example/'), none)).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/hunter2|s3cret/) }),
    );
  });
});
