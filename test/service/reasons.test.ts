import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Policy } from '@release-capsule/verifier';
import type { RunningService } from '@release-capsule/verifier/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otherDigest } from '../releases/release.ts';
import { closedPort } from '../closed-port.ts';
import { makePair } from './certificate-pair.ts';
import { post, ServiceBench } from './service-bench.ts';

type Entry = Readonly<Record<string, unknown>>;

let bench: ServiceBench;
beforeAll(async () => {
  bench = await ServiceBench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const digest = `sha256:${'a'.repeat(64)}`;
const tag = `git-${'a'.repeat(40)}`;

function policyAt(host: string): Policy {
  const { policy } = bench;
  return { ...policy, allow: { ...policy.allow, hosts: [host] }, capsule: { ...policy.capsule, repository: `${host}/example/app-capsule` } };
}

interface Asked {
  readonly service: RunningService;
  readonly logged: Entry[];
  readonly audit: Entry[];
}

async function serveAt(host: string, deadlineMs = 1500): Promise<Asked> {
  const [logged, audit]: [Entry[], Entry[]] = [[], []];
  const service = await bench.serve({
    policies: [policyAt(host)],
    limits: { deadlineMs },
    onLog: (entry) => void logged.push(entry),
    onAudit: (entry) => void audit.push(entry),
  });
  return { service, logged, audit };
}

describe('a registry that cannot be asked is named, with the cause, in the answer, in the log and in the audit line', () => {
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close()));
  const listening = async (server: Server): Promise<string> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const troubles: readonly (readonly [what: string, host: () => Promise<string>, reason: (host: string) => string | RegExp])[] = [
    ['nothing listens there', async () => `127.0.0.1:${await closedPort()}`, (host) => `connection refused by ${host} (ECONNREFUSED)`],
    // A machine without a network has no DNS that could say that it does not know the name.
    ['DNS does not know it', async () => 'registry.nowhere.invalid', () => /DNS (has no address|did not answer) for registry\.nowhere\.invalid \((ENOTFOUND|EAI_AGAIN)\)/],
    ['it hangs up', () => listening(createServer((socket) => socket.destroy())), (host) => `${host} closed the connection`],
    ['it says nothing', () => listening(createServer(() => undefined)), (host) => `${host}/example/app-capsule has not sent the manifest`],
  ];

  test.each(troubles)('%s', async (_what, findHost, wanted) => {
    const host = await findHost();
    const { service, logged, audit } = await serveAt(host);
    const repoURL = `${host}/example/app-capsule`;
    const { body: byDigest } = await post(service, '/v1/verify', { capsule: { repoURL, digest } });
    const { status, body } = await post(service, '/v1/verify', { capsule: { repoURL, tag } });
    const legacy = await post(service, '/verify', { ...bench.promotion, capsule: { repoURL, tag } });

    expect({ status, legacy: legacy.status }).toEqual({ status: 503, legacy: 503 });
    for (const { reason, hint } of [byDigest, body, legacy.body]) {
      expect(reason).toMatch(wanted(host));
      expect(hint).toMatch(/registry/);
    }
    const lines = logged.filter(({ event }) => event === 'request');
    expect(lines.map(({ level, outcome, reason }) => ({ level, outcome, reason }))).toEqual(
      [byDigest, body, legacy.body].map(({ reason }) => ({ level: 'warn', outcome: 'unknown', reason })),
    );
    expect(audit.map(({ reason }) => reason)).toEqual([byDigest.reason, body.reason, legacy.body.reason]);
  });

  test('its certificate is not one that is trusted', async () => {
    const host = await listening(createTlsServer(makePair('registry')));
    const repoURL = `${host}/example/app-capsule`;
    const service = await bench.serve({ policies: [policyAt(host)], registry: { plainHttp: false }, limits: { deadlineMs: 1500 } });
    const { status, body } = await post(service, '/v1/verify', { capsule: { repoURL, digest } });

    expect({ status, hint: body.hint }).toEqual({ status: 503, hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    expect(body.reason).toContain(`the certificate of ${host} is not from an authority that is trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)`);
  });

  test.each([
    ['wants a login', 401, { 'www-authenticate': 'Basic realm="x"' }, 'answered 401: it wants a login, and there are no credentials for it'],
    ['wants another kind of login', 401, {}, 'answered 401: it asks for a login of a kind that is not supported'],
    ['refuses', 403, {}, 'answered 403'],
    ['is broken', 502, {}, 'answered 502'],
  ])('it %s', async (_what, answer, headers, wanted) => {
    await using own = await ServiceBench.start();
    own.registry.fail({ path: /\/manifests\//, fault: { kind: 'answer', status: answer, headers } });
    const service = await own.serve({ limits: { deadlineMs: 1500 } });
    const { status, body } = await post(service, '/v1/verify', { capsule: { repoURL: own.capsuleRepository, tag: own.capsule.tag } });

    expect(status).toBe(503);
    expect(body.reason).toContain(own.registry.host);
    expect(body.reason).toContain(wanted);
    if (answer === 401) expect(body.hint).not.toMatch(/try again/i);
  });
});

test('how a host fails that a registry leads to, and no policy names, stands in the log alone', async () => {
  const logged: Entry[] = [];
  await using own = await ServiceBench.start();
  const service = await own.serve({ limits: { deadlineMs: 1500 }, onLog: (entry) => void logged.push(entry) });
  const host = 'other.nowhere.invalid';
  own.registry.fail({ path: /\/blobs\//, fault: { kind: 'answer', status: 307, headers: { location: `https://${host}/layer` } } });
  const { status, body } = await post(service, '/v1/verify', { capsule: { repoURL: own.capsuleRepository, digest: own.capsule.digest } });

  expect(status).toBe(503);
  expect(JSON.stringify(body)).not.toMatch(/ENOTFOUND|EAI_AGAIN|getaddrinfo/);
  expect(body.reason).toContain(`${host} cannot be reached; the log of the service says why`);
  const hidden = logged.filter(({ event }) => event === 'host-unreachable');

  expect(hidden).toEqual([expect.objectContaining({ level: 'warn', host, reason: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })]);
});

test('what was refused stays refused, and is the reason, where the registry says nothing until the deadline', async () => {
  const host = `127.0.0.1:${await closedPort()}`;
  const { service } = await serveAt(host);
  const freight = { metadata: { name: '0'.repeat(40) }, images: [{ repoURL: `${host}/example/app-capsule`, tag, digest }] };
  const { status, body } = await post(service, '/v1/verify', { freight });

  expect({ status, outcome: body.outcome }).toEqual({ status: 422, outcome: 'refused' });
  expect(body.reason).toMatch(/^.*\[FREIGHT_NAME_DIFFERS\]; .*connection refused by .*\[CAPSULE_LOOKUP_FAILED\]/);
});

test('the hint stands at the top of an answer, right after the reason', async () => {
  const service = await bench.serve();
  const refused = await post(service, '/v1/verify', { capsule: bench.capsule, image: { ...bench.image, digest: otherDigest } });
  const problem = await post(service, '/v1/verify', { capsule: { repoURL: 'ghcr.io/other/app', tag } });
  const legacy = await post(service, '/verify', { ...bench.promotion, image: { ...bench.image, digest: otherDigest } });
  const accepted = await post(service, '/v1/verify', { capsule: bench.capsule });

  for (const { body } of [refused, problem, legacy]) expect(Object.keys(body).slice(0, 3)).toEqual(['ok', 'reason', 'hint']);
  expect([refused.body.hint, problem.body.hint, accepted.body.hint]).toEqual([expect.any(String), expect.any(String), undefined]);
});
