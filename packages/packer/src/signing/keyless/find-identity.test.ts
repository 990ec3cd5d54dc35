import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findIdentity } from './find-identity.ts';

const now = new Date('2026-06-01T12:00:00Z');
const exp = now.getTime() / 1000 + 300;

function token(claims: object = {}): string {
  const parts = [{ alg: 'none' }, { iss: 'https://issuer.example', sub: 'job', exp, ...claims }];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2ln'].join('.');
}

describe('the identity to sign in the name of', () => {
  test('is the token of the file, before that of the variable, before that of GitHub', async () => {
    const { env } = await startTokenService((_request, response) => response.end(JSON.stringify({ value: token({ sub: 'github' }) })));
    const withVariable = { ...env, SIGSTORE_ID_TOKEN: token({ sub: 'variable' }) };
    const file = { text: `${token({ sub: 'file' })}\n`, path: 'token.txt' };

    const found = await Promise.all([
      findIdentity({ file, env: withVariable, now }),
      findIdentity({ env: withVariable, now }),
      findIdentity({ env, now }),
    ]);

    expect(found.map(({ subject }) => subject)).toEqual(['file', 'variable', 'github']);
  });

  test.each([
    [{ email: 'a@example.com', email_verified: true }, 'a@example.com'],
    [{ email: 'a@example.com', email_verified: false }, 'job'],
    [{}, 'job'],
  ])('is the verified e-mail address, else the subject: %o', async (claims, subject) => {
    expect(await findIdentity({ env: { SIGSTORE_ID_TOKEN: token(claims) }, now })).toMatchObject({ subject });
  });

  test.each([
    [{ GITHUB_ACTIONS: 'true' }, 'id-token: write'],
    [{ GITLAB_CI: 'true' }, 'id_tokens'],
    [{ GITHUB_ACTIONS: 'true', GITEA_ACTIONS: 'true' }, 'Gitea issues no such tokens'],
    [{ GITHUB_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }, 'Forgejo'],
    [{}, '--identity-token FILE'],
    [{ SIGSTORE_ID_TOKEN: '' }, '--identity-token FILE'],
  ])('is missing with a hint for the CI system: %o', async (env, hint) => {
    await expect(findIdentity({ env, now })).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE', hint: expect.stringContaining(hint) });
  });

  test.each([
    ['has expired', token({ exp: exp - 301 }), 'of SIGSTORE_ID_TOKEN expired at 2026-06-01T11:59:59.000Z; now it is 2026-06-01T12:00:00.000Z'],
    ['never expires', token({ exp: undefined }), 'does not say when it expires'],
    ['expires after the end of time', token({ exp: 1e15 }), 'does not say when it expires'],
    ['is none', 'hunter2hunter2', 'is not a JSON web token'],
    ['holds no claims', 'aGk.aGk.aGk', 'has claims that are not a JSON object'],
    ['names nobody', token({ sub: undefined }), 'has no issuer or no subject'],
    ['has no end', `a.${'b'.repeat(20_000)}.c`, 'is longer than 16384 characters'],
  ])('is refused where the token %s, and shown to nobody', async (_what, text, message) => {
    const error = await findIdentity({ env: { SIGSTORE_ID_TOKEN: text }, now }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'IDENTITY_UNAVAILABLE', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain(text.slice(0, 12));
  });
});

describe('the token service of GitHub Actions', () => {
  test('is asked for the audience sigstore, with the bearer that the job was given', async () => {
    const asked: unknown[] = [];
    const { env } = await startTokenService((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.end(JSON.stringify({ value: token() }));
    });

    await findIdentity({ env, now });

    expect(asked).toEqual(['/token?api-version=2&audience=sigstore', 'Bearer runner-secret']);
  });

  test('that refuses is quoted, without the bearer that it repeats', async () => {
    const { env } = await startTokenService((_request, response) => response.writeHead(403).end('no, runner-secret'));

    await expect(findIdentity({ env, now })).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE', message: expect.stringContaining('"no, ***"') });
  });

  test.each(['{}', '{"value":7}', 'html'])('that answers %j gives no token', async (body) => {
    const { env } = await startTokenService((_request, response) => response.end(body));

    await expect(findIdentity({ env, now })).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE', message: expect.stringContaining('without a token') });
  });

  test('is asked nothing without TLS: the bearer would travel in the open', async () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://tokens.example/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-secret' };

    await expect(findIdentity({ env, now })).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE', message: expect.stringContaining('not an https://') });
  });

  test('is not followed where it redirects', async () => {
    const asked: unknown[] = [];
    const other = await startTokenService((request, response) => void asked.push(request.url, response.end('{}')));
    const { env } = await startTokenService((_request, response) => response.writeHead(302, { location: other.env.ACTIONS_ID_TOKEN_REQUEST_URL }).end());

    await expect(findIdentity({ env, now })).rejects.toMatchObject({ code: 'SERVICE_REFUSED' });

    expect(asked).toEqual([]);
  });

  test('is given up at once where the caller does', async () => {
    const { env } = await startTokenService(() => undefined);

    await expect(findIdentity({ env, now, signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

async function startTokenService(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2`;
  return { env: { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-secret' } };
}
