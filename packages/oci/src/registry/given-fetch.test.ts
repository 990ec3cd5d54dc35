import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import { OciError } from '../errors.ts';
import type { Fetch } from './options.ts';
import { openRegistry } from './registry-store.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { pushManifest, readStream, repositoryName, startRepository } from './testing/test-repository.ts';

const bytes = Buffer.from('content');
const blob = describeContent('application/octet-stream', bytes);
const me = { username: 'me', password: 'secret' };

/** A fetch that notes where it was sent, and goes there. */
function noting(): { fetch: Fetch; origins: () => readonly string[] } {
  const urls: URL[] = [];
  const fetch: Fetch = (url, init) => {
    urls.push(url);
    return globalThis.fetch(url, init);
  };
  return { fetch, origins: () => urls.map(({ origin }) => origin) };
}

describe('a fetch that is given', () => {
  it('sends every hop of a redirect, and retries', async () => {
    const storage = await FakeRegistry.start();
    storage.repository(repositoryName).addBlob(bytes);
    const { fetch, origins } = noting();
    await using repository = await startRepository({}, { fetch });
    const location = `http://${storage.host}/v2/${repositoryName}/blobs/${blob.digest}`;
    repository.registry.fail({ fault: { kind: 'answer', status: 503 }, times: 1 });
    repository.registry.fail({ method: 'GET', fault: { kind: 'answer', status: 307, headers: { location } } });

    expect(await readStream(await repository.store.fetch(blob))).toEqual(bytes);

    const own = `http://${repository.registry.host}`;
    expect(origins()).toEqual([own, own, `http://${storage.host}`]);
    await storage.stop();
  });

  it('sends the token requests, uploads and tags too', async () => {
    const { fetch, origins } = noting();
    await using repository = await startRepository(
      { auth: { kind: 'bearer', ...me } },
      { fetch, credentials: { credentials: async () => me } },
    );

    const manifest = await pushManifest(repository.store);
    await repository.store.tag(manifest, 'v1');

    expect(origins()).toHaveLength(repository.registry.seen.length);
    expect(repository.registry.seen.map(({ path }) => path.replace(/\?.*/, ''))).toContain('/token');
  });
});

describe('a fetch that refuses an address', () => {
  const refusal = new OciError('ADDRESS_REFUSED', 'registry.example leads to 127.0.0.1', { hint: 'List it.' });

  it.each([
    ['thrown as it is', refusal],
    ['hidden as fetch hides the errors of its sockets', new TypeError('fetch failed', { cause: refusal })],
  ])('is asked once, and its reason told: %s', async (_how, thrown) => {
    const clock = new FakeClock();
    let asked = 0;
    const fetch = async (): Promise<never> => {
      asked++;
      throw thrown;
    };
    const store = openRegistry({ registry: 'registry.example', repository: 'app' }, { clock, fetch });

    await expect(store.resolve('v1')).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
      message: expect.stringMatching(/^GET https:\/\/registry\.example\/v2\/app\/manifests\/v1 is not sent: .* leads to 127\.0\.0\.1$/),
      hint: 'List it.',
    });

    expect(asked).toBe(1);
    expect(clock.slept).toEqual([]);
  });
});
