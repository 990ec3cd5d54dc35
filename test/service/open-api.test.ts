import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningService } from '@release-capsule/verifier/service';
import { readSchema } from '../json-schema.ts';
import { openApi } from './documented-answer.ts';
import { ask, post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
let service: RunningService;
beforeAll(async () => {
  bench = await ServiceBench.start();
  service = await bench.serve();
});
afterAll(() => bench[Symbol.asyncDispose]());

// Each helper holds what is answered to the document: these tests see to it that every route is asked.
const operations = Object.entries(openApi.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), path] as const));

test.each(operations)('%s %s, which the document names, is there', async (method, path) => {
  const { status } = method === 'POST' ? await post(service, path, {}) : await ask(service, path);

  expect([404, 405]).not.toContain(status);
});

test.each(operations)('of %s %s, other methods are refused with what it takes', async (method, path) => {
  const { status, headers, body } = await ask(service, path, { method: method === 'POST' ? 'GET' : 'DELETE' });

  expect({ status, code: body.code, allow: headers.get('allow') }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED', allow: method });
});

test.each(['/', '/v1', '/V1/verify', '/v1/verify/', '//verify', '/%76erify', '/verify;x', '/../verify', '/constructor', '/__proto__'])(
  'there is nothing at %s',
  async (path) => {
    const target = path === '/../verify' ? '/..%2fverify' : path;
    const { status, body } = await ask(service, target, { method: 'POST' });

    expect({ status, code: body.code }).toEqual({ status: 404, code: 'ROUTE_UNKNOWN' });
  },
);

test('is served as it is in the package', async () => {
  const { body, headers } = await ask(service, '/openapi.json');

  expect(headers.get('content-type')).toBe('application/json');
  expect(body).toEqual(openApi);
});

test.each([
  ['VerifyRequest', 'verify-request'],
  ['PromotionRequest', 'promotion-request'],
  ['Verdict', 'verdict'],
])('%s in it is the published schema', (name, file) => {
  const { $schema: _dialect, ...schema } = readSchema(`packages/verifier/schema/${file}.schema.json`) as Readonly<Record<string, unknown>>;

  expect(openApi.components.schemas[name]).toEqual(schema);
});

test('probes and the document are answered to HEAD, without a body', async () => {
  const { status, body } = await ask(service, '/metrics', { method: 'HEAD' });

  expect({ status, body }).toEqual({ status: 200, body: '' });
});
