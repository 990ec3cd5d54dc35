import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService, ServiceOptions } from '@release-capsule/verifier/service';
import { waitUntil } from '../wait-until.ts';
import { ask, post, ServiceBench } from './service-bench.ts';

const first = 'first-token-0123456789abcdef';
const second = 'second-token-0123456789abcdef';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

function withTokens(name: string, text: string, options: Partial<ServiceOptions> = {}, access: ServiceOptions['access'] = {}): Promise<RunningService> {
  const tokenFile = join(bench.directory, name);
  writeFileSync(tokenFile, text);
  return bench.serve({ access: { tokenFile, ...access }, reloadEveryMs: 20, ...options });
}

const bearer = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
const question = (): object => ({ capsule: bench.capsule });

describe('a service with tokens', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await withTokens('tokens', `# both teams\n${first}\n\n${second}\r\n`);
  });

  test.each([first, second])('answers whoever shows one of them', async (token) => {
    expect((await post(service, '/v1/verify', question(), bearer(token))).status).toBe(200);
  });

  test.each([
    ['no token', {}],
    ['another one', bearer('third-token-0123456789abcdef')],
    ['a part of one', bearer(first.slice(0, -1))],
    ['one and more', bearer(`${first}x`)],
    ['both at once', bearer(`${first},${second}`)],
    ['the comment', bearer('# both teams')],
    ['an empty one', bearer('')],
    ['one as a password', { authorization: `Basic ${Buffer.from(`x:${first}`).toString('base64')}` }],
    ['one in another header', { 'x-token': first, cookie: `token=${first}` }],
    ['a huge one', bearer('x'.repeat(12_000))],
  ])('turns down whoever shows %s, and tells all of them the same', async (_what, headers) => {
    for (const path of ['/v1/verify', '/verify']) {
      const { status, headers: answered, body } = await post(service, path, question(), headers);

      expect({ status, body, challenge: answered.get('www-authenticate') }).toEqual({
        status: 401,
        body: { ok: false, reason: 'show a token, or a client certificate, that this service accepts', hint: expect.stringContaining('Authorization: Bearer'), code: 'UNAUTHENTICATED' },
        challenge: 'Bearer realm="capsule"',
      });
    }
  });

  test('takes no token from an address', async () => {
    const { status } = await post(service, `/v1/verify?token=${first}&access_token=${first}`, question());

    expect(status).toBe(401);
  });

  test('turns a stranger down before it reads what he sends', async () => {
    const { status } = await post(service, '/v1/verify', 'x'.repeat(2 * 1024 * 1024));

    expect(status).toBe(401);
  });

  test('answers probes and scrapes without one', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) expect((await ask(service, path)).status).toBe(200);
  });
});

test('the old verification alone is opened by its own option', async () => {
  const service = await withTokens('old', first, {}, { allowAnonymousVerify: true });

  expect((await post(service, '/verify', bench.promotion)).status).toBe(200);
  expect((await post(service, '/v1/verify', question())).status).toBe(401);
  expect((await post(service, '/v1/verify', question(), bearer(first))).status).toBe(200);
});

test('tokens are exchanged without a restart; a file that cannot be used changes nothing', async () => {
  const problems: string[] = [];
  const service = await withTokens('rotated', first, { onLog: ({ event, reason }) => event === 'reload-failed' && problems.push(String(reason)) });
  const path = join(bench.directory, 'rotated');
  const statusOf = async (token: string): Promise<number> => (await post(service, '/v1/verify', question(), bearer(token))).status;

  writeFileSync(path, `${first}\n${second}\n`);
  await waitUntil(async () => (await statusOf(second)) === 200);
  expect(await statusOf(first)).toBe(200);
  writeFileSync(path, `${second}\n`);
  await waitUntil(async () => (await statusOf(first)) === 401);
  expect(await statusOf(second)).toBe(200);
  writeFileSync(path, 'sh0rt\n');
  await waitUntil(() => problems.length > 1); // said again as long as it is so, and read again
  expect(await statusOf(second)).toBe(200);
  expect(problems.join()).not.toContain('sh0rt');
});

test('tokens are taken back, all of them, by emptying the file', async () => {
  const service = await withTokens('emptied', first);
  const status = async (): Promise<number> => (await post(service, '/v1/verify', question(), bearer(first))).status;

  expect(await status()).toBe(200);
  writeFileSync(join(bench.directory, 'emptied'), '# nobody\n');
  await waitUntil(async () => (await status()) === 401);
});

test.each([
  ['no authentication is configured', {}, undefined],
  ['only the old verification is opened', { allowAnonymousVerify: true }, undefined],
  ['the token file is not there', { tokenFile: '/nowhere/tokens' }, undefined],
  ['certificates are asked for without TLS', { clientCaFile: '/nowhere/ca' }, undefined],
  ['the token file is empty', {}, '\n# none\n'],
  ['a token is short', {}, 'password'],
  ['a token has a blank in it', {}, 'a token with blanks in it'],
  ['the token file is huge', {}, `${first}\n`.repeat(5000)],
])('a service does not start where %s', async (what, access, tokens) => {
  const started = tokens === undefined ? bench.serve({ access }) : withTokens(`bad-${what.length}`, tokens);

  await expect(started).rejects.toMatchObject({ name: 'VerifyError', code: 'SERVICE_INVALID' });
});

test('the audit line names the line of the token, and no line holds a token', async () => {
  const lines: object[] = [];
  const onLog: ServiceOptions['onLog'] = (entry) => lines.push(entry);
  const service = await withTokens('audited', `${first}\n${second}\n`, { onLog, onAudit: onLog });

  await post(service, `/v1/verify?token=${second}`, question(), bearer(second));
  await post(service, '/v1/verify', question(), bearer('wrong-token-0123456789abcdef'));

  expect(lines).toContainEqual(expect.objectContaining({ audit: 'verdict', caller: 'token:2' }));
  expect(JSON.stringify(lines)).not.toMatch(/first-token|second-token|wrong-token/);
});
