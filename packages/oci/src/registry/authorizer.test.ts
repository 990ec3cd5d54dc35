import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { contentOf, describeContent } from '../content.ts';
import type { Credential, CredentialProvider } from './credentials/credential-provider.ts';
import { basicHeader } from './testing/fake-auth.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { pushManifest, readStream, repositoryName, startRepository } from './testing/test-repository.ts';

const me = { username: 'me', password: 'secret:with colon' };
const blob = describeContent('application/octet-stream', Buffer.from('content'));

function give(credential: Credential | undefined): CredentialProvider {
  return { credentials: async () => credential };
}

function paths(registry: FakeRegistry): readonly string[] {
  return registry.asked().map((line) => line.replace(`/v2/${repositoryName}/`, ''));
}

describe('basic authentication', () => {
  it('sends credentials only after the registry asked, and from then on', async () => {
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, { credentials: give(me) });
    await pushManifest(repository.store);

    const sent = repository.registry.seen.map(({ headers }) => headers['authorization']);

    expect(sent[0]).toBeUndefined();
    expect(new Set(sent.slice(1))).toEqual(new Set([basicHeader(me.username, me.password)]));
  });

  it.each([
    ['there are none', undefined],
    ['they are wrong', { username: 'me', password: 'wrong' }],
    ['there is only an identity token', { identityToken: 'idt' }],
  ])('says how to log in when %s', async (_what, credential) => {
    const auth = { kind: 'basic', ...me } as const;
    await using repository = await startRepository({ auth }, { credentials: give(credential) });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining(`docker login ${repository.registry.host}`),
      message: expect.not.stringMatching(/wrong|secret|idt/),
    });
    expect(repository.registry.seen.length).toBeLessThanOrEqual(2);
  });

  it('asks the provider for the repository as the user names it, once', async () => {
    const hosts: string[] = [];
    const credentials: CredentialProvider = {
      credentials: async (host) => {
        hosts.push(host);
        return me;
      },
    };
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, { credentials });
    await pushManifest(repository.store);

    expect(hosts).toEqual([`${repository.registry.host}/${repositoryName}`]);
  });

  it('looks for new credentials when the old ones no longer hold', async () => {
    const known: Credential[] = [{ username: 'me', password: 'expired' }, me];
    const credentials: CredentialProvider = { credentials: async () => known.shift() };
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, { credentials });
    await expect(repository.store.exists(blob)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });

    await expect(repository.store.exists(blob)).resolves.toBe(false);
  });

  it('asks the provider again after it failed', async () => {
    let asked = 0;
    const credentials: CredentialProvider = {
      credentials: () => (asked++ === 0 ? Promise.reject(new Error('locked')) : Promise.resolve(me)),
    };
    await using repository = await startRepository({ auth: { kind: 'basic', ...me } }, { credentials });
    await expect(repository.store.exists(blob)).rejects.toThrow('locked');

    await expect(repository.store.exists(blob)).resolves.toBe(false);
  });

  it('asks the provider for nothing where the registry asks for nothing', async () => {
    const credentials: CredentialProvider = { credentials: () => Promise.reject(new Error('asked')) };
    await using repository = await startRepository({}, { credentials });

    await pushManifest(repository.store);

    expect(repository.registry.seen.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });
});

describe('token authentication', () => {
  it('uses one challenge and one token for all reads', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    repository.registry.repository(repositoryName).addBlob(Buffer.from('content'));

    await repository.store.exists(blob);
    await readStream(await repository.store.fetch(blob));

    expect(paths(repository.registry)).toEqual([
      `HEAD blobs/${blob.digest}`,
      'GET /token',
      `HEAD blobs/${blob.digest}`,
      `GET blobs/${blob.digest}`,
    ]);
  });

  it('shares one token request among requests at the same time', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    repository.registry.repository(repositoryName).addBlob(Buffer.from('content'));

    await Promise.all(Array.from({ length: 8 }, () => repository.store.exists(blob)));

    expect(paths(repository.registry).filter((path) => path === 'GET /token')).toHaveLength(1);
  });

  it('asks for pull, and for push only when it writes', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', ...me } }, { credentials: give(me) });
    await repository.store.push(blob, contentOf(Buffer.from('content')));

    const scopes = repository.registry.seen
      .filter(({ path }) => path.startsWith('/token'))
      .map(({ path }) => new URL(path, 'http://x').searchParams.getAll('scope'));

    expect(scopes).toEqual([[`repository:${repositoryName}:pull`], [`repository:${repositoryName}:pull,push`]]);
  });

  it('authenticates on the POST without a body, so that content is sent once', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', ...me } }, { credentials: give(me) });
    let reads = 0;

    await repository.store.push(blob, () => {
      reads++;
      return contentOf(Buffer.from('content'))();
    });

    expect(reads).toBe(1);
  });

  it.each(['token', 'access_token'] as const)('takes the answer\'s "%s"', async (tokenField) => {
    const auth = { kind: 'bearer', ...me, tokenField } as const;
    await using repository = await startRepository({ auth }, { credentials: give(me) });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'REPOSITORY_UNKNOWN' });
  });

  it('trades an identity token, by POST', async () => {
    const auth = { kind: 'bearer', identityToken: 'idt' } as const;
    await using repository = await startRepository({ auth }, { credentials: give({ identityToken: 'idt' }) });

    await repository.store.exists(blob);

    expect(paths(repository.registry)).toContain('POST /token');
    expect(repository.registry.seen.every(({ path }) => !path.includes('idt'))).toBe(true);
  });

  it.each([404, 405])('falls back to GET where the token service answers POST with %i', async (status) => {
    const auth = { kind: 'bearer', identityToken: 'idt' } as const;
    await using repository = await startRepository({ auth }, { credentials: give({ identityToken: 'idt' }) });
    repository.registry.fail({ method: 'POST', path: /token/, fault: { kind: 'answer', status } });

    await repository.store.exists(blob);

    expect(paths(repository.registry).slice(1, 3)).toEqual(['POST /token', 'GET /token']);
  });

  it('gets a new token when the old one has run out', async () => {
    const auth = { kind: 'bearer', anonymousPull: true, expiresIn: 100 } as const;
    await using repository = await startRepository({ auth });
    await repository.store.exists(blob);

    repository.clock.time += 89_000;
    await repository.store.exists(blob);
    repository.clock.time += 2_000;
    await repository.store.exists(blob);

    expect(paths(repository.registry).filter((path) => path === 'GET /token')).toHaveLength(2);
  });

  it('gets a new token, once, when the registry no longer takes the old one', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    await repository.store.exists(blob);

    repository.registry.tokens.revokeAll();
    const found = await repository.store.exists(blob);

    expect(found).toBe(false);
    expect(paths(repository.registry).filter((path) => path === 'GET /token')).toHaveLength(2);
  });

  it('does not go round for ever with a registry that takes no token', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    const headers = { 'www-authenticate': `Bearer realm="http://${repository.registry.host}/token"` };
    repository.registry.fail({ path: /^\/v2/, fault: { kind: 'answer', status: 401, headers } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });

    expect(repository.registry.seen).toHaveLength(3);
  });

  it('reports refused credentials without repeating them', async () => {
    const wrong = give({ username: 'me', password: 'hunter2' });
    await using repository = await startRepository({ auth: { kind: 'bearer', ...me } }, { credentials: wrong });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  it.each([
    ['is not JSON', 'secret-token'],
    ['holds none', '{"token":""}'],
    ['would break the header', '{"token":"secret\\r\\nx: y"}'],
    ['is too long', JSON.stringify({ token: 'x'.repeat(200_000) })],
  ])('refuses a token answer that %s, without repeating it', async (_what, body) => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    repository.registry.fail({ path: /token/, fault: { kind: 'answer', status: 200, body } });

    const error: unknown = await repository.store.resolve('v1').catch((refused: unknown) => refused);

    expect(error).toMatchObject({ code: expect.stringMatching(/^(PROTOCOL_ERROR|LIMIT_EXCEEDED)$/) });
    expect(inspect(error)).not.toContain('secret');
  });

  it('waits as long as a throttled token service asks', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    const fault = { kind: 'answer', status: 429, headers: { 'retry-after': '7' } } as const;
    repository.registry.fail({ path: /token/, fault, times: 1 });

    await repository.store.exists(blob);

    expect(repository.clock.slept).toEqual([7_000]);
  });

  it('tries again after a token request that failed', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    repository.registry.fail({ path: /token/, fault: { kind: 'answer', status: 403 }, times: 1 });
    await expect(repository.store.exists(blob)).rejects.toMatchObject({ code: 'FORBIDDEN' });

    await expect(repository.store.exists(blob)).resolves.toBe(false);
  });

  it('lets one caller give up without taking the token from another', async () => {
    await using repository = await startRepository({ auth: { kind: 'bearer', anonymousPull: true } });
    const controller = new AbortController();
    const impatient = repository.store.exists(blob, controller.signal);
    const patient = repository.store.exists(blob);
    controller.abort(new Error('enough'));

    await expect(impatient).rejects.toThrow('enough');
    await expect(patient).resolves.toBe(false);
  });
});

describe('a token service elsewhere', () => {
  it('gets credentials where the registry itself names it', async () => {
    const service = await FakeRegistry.start({ auth: { kind: 'bearer', ...me } });
    const auth = { kind: 'bearer', realm: `http://${service.host}/token` } as const;
    await using repository = await startRepository({ auth }, { credentials: give(me) });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });

    expect(service.seen[0]?.headers['authorization']).toBe(basicHeader(me.username, me.password));
    await service.stop();
  });

  it('gets nothing where it is an internal address (GHSA-xf85-363p-868w)', async () => {
    const auth = { kind: 'bearer', realm: 'http://169.254.169.254/token' } as const;
    const sent: string[] = [];
    const onRequest = ({ url }: { readonly url: string }): void => void sent.push(url);
    await using repository = await startRepository({ auth }, { credentials: give(me), onRequest });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'REALM_UNTRUSTED' });

    expect(sent.map((url) => new URL(url).host)).toEqual([repository.registry.host]);
  });

  it('gets nothing where only a redirect target names it', async () => {
    const evil = await FakeRegistry.start({ auth: { kind: 'bearer', ...me } });
    await using repository = await startRepository({}, { credentials: give(me) });
    repository.registry.repository(repositoryName).addBlob(Buffer.from('content'));
    const headers = { location: `http://${evil.host}/v2/${repositoryName}/blobs/${blob.digest}` };
    repository.registry.fail({ method: 'GET', fault: { kind: 'answer', status: 307, headers } });

    await expect(repository.store.fetch(blob)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });

    expect(evil.asked()).toEqual([`GET /v2/${repositoryName}/blobs/${blob.digest}`]);
    await evil.stop();
  });

  it('does not get credentials by a redirect of the one that was named', async () => {
    const evil = await FakeRegistry.start({ auth: { kind: 'bearer', ...me } });
    await using repository = await startRepository({ auth: { kind: 'bearer', ...me } }, { credentials: give(me) });
    const headers = { location: `http://${evil.host}/token` };
    repository.registry.fail({ path: /token/, fault: { kind: 'answer', status: 302, headers } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'REALM_UNTRUSTED' });

    expect(evil.seen).toEqual([]);
    await evil.stop();
  });
});
