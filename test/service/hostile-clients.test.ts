import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService } from '@release-capsule/verifier/service';
import { closing, dial, exchange } from './raw-client.ts';
import { post, ServiceBench } from './service-bench.ts';

let bench: ServiceBench;
let service: RunningService;
beforeAll(async () => {
  bench = await ServiceBench.start();
  service = await bench.serve();
});
afterAll(() => bench[Symbol.asyncDispose]());

const head = (lines: readonly string[]): string => [`POST /v1/verify HTTP/1.1`, 'host: x', 'content-type: application/json', ...lines, '', ''].join('\r\n');
const smuggled = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';

describe('a request whose end two parsers could see in two places is refused, and nothing after it is read', () => {
  test.each([
    ['a length and chunks', ['content-length: 4', 'transfer-encoding: chunked']],
    ['two lengths', ['content-length: 4', 'content-length: 40']],
    ['a length that is no number', ['content-length: +4']],
    ['an unknown coding', ['transfer-encoding: xchunked']],
    ['chunks twice', ['transfer-encoding: chunked, identity']],
    ['a folded header', ['x-a: 1', ' content-length: 40']],
    ['a blank before the colon', ['content-length : 4']],
    ['a lone carriage return', ['x-a: 1\rcontent-length: 4']],
    ['a zero byte', ['x-a: 1\0']],
  ])('%s', async (_what, lines) => {
    const { text } = await exchange(service.url, `${head(lines)}0\r\n\r\n${smuggled}`);

    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(text).not.toContain(' 200 ');
  });
});

describe('what is no request is cut off', () => {
  test('behind a good request, without a word that could be taken for its answer', async () => {
    const body = JSON.stringify({ capsule: bench.capsule });
    const { text } = await exchange(service.url, `${head([`content-length: ${body.length}`])}${body}\x16\x03\x01\r\n\r\n`);

    expect(text).toBe('');
  });

  test.each([
    ['noise', '\x16\x03\x01\x02\x00\x01'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a request without a host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['a head of 17 KiB', `GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(17 * 1024)}\r\n\r\n`],
    ['a tunnel', 'CONNECT 127.0.0.1:80 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('%s', async (_what, bytes) => {
    const { text } = await exchange(service.url, bytes);

    expect(text).not.toMatch(/^HTTP\/1\.1 [23]/);
  });
});

describe('a body that is too large', () => {
  test('is turned down by what it announces, before it comes', async () => {
    const { text } = await exchange(service.url, head(['content-length: 99999999999']));

    expect(text).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*REQUEST_TOO_LARGE/i);
  });

  test('is a small one on the route that may be open to everybody', async () => {
    const { status, body } = await post(service, '/verify', ' '.repeat(20_000));

    expect({ status, code: body.code }).toEqual({ status: 413, code: 'REQUEST_TOO_LARGE' });
    expect((await post(service, '/v1/verify', `${' '.repeat(1_000_000)}${JSON.stringify({ capsule: bench.capsule })}`)).status).toBe(200);
  });

  test('is cut off where it announces nothing', async () => {
    const socket = dial(service.url);
    socket.on('error', () => undefined);
    let written = 0;
    socket.write(head(['transfer-encoding: chunked']));
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const closed = closing(socket);
    socket.resume();
    while (!socket.destroyed && written < 64 * 1024 * 1024) {
      if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => void socket.once('drain', resolve)), closed]);
      written += chunk.length;
    }
    await closed;

    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test.each([
    ['compressed', { 'content-encoding': 'gzip' }],
    ['of another type', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['in another alphabet', { 'content-type': 'application/json; charset=utf-16' }],
  ])('or %s is not read', async (_what, headers) => {
    const { status, body } = await post(service, '/v1/verify', { capsule: bench.capsule }, headers);

    expect({ status, code: body.code }).toEqual({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
  });
});

describe('a client that is slow', () => {
  test('to send its body is told so at the deadline', async () => {
    const limited = await bench.serve({ limits: { deadlineMs: 300 } });
    const { text, milliseconds } = await exchange(limited.url, `${head(['content-length: 100'])}{"caps`);

    expect(text).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1[^]*REQUEST_TIMEOUT/i);
    expect(milliseconds).toBeLessThan(3000);
  });

  test('to send its head is cut off', async () => {
    const { text, milliseconds } = await exchange(service.url, 'POST /v1/verify HTTP/1.1\r\nhost');

    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(milliseconds).toBeLessThan(8000);
  });

  test('holds nobody up, however many connections it opens', async () => {
    const crowded = await bench.serve({ limits: { maxConnections: 20 } });
    const slow = Array.from({ length: 100 }, () => dial(crowded.url));
    for (const socket of slow) socket.on('error', () => undefined).write(`${head(['content-length: 1000'])}{"cap`);
    await sleep(200);

    const { status } = await post(crowded, '/v1/verify', { capsule: bench.capsule });
    expect(status).toBe(200);
    for (const socket of slow) socket.destroy();
  });

  test('is cut off where it asks and asks, and takes no answer; meanwhile others get theirs', async () => {
    const socket = dial(service.url).on('error', () => undefined);
    socket.pause();
    socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100)); // megabytes, and as many requests as one connection may have

    expect((await post(service, '/v1/verify', { capsule: bench.capsule })).status).toBe(200);
    await expect.poll(openConnections, { timeout: 50_000, interval: 500 }).toBe(1); // the one that asks

    socket.destroy();
  }, 60_000);
});

async function openConnections(): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`, { headers: { connection: 'close' } })).text();
  return Number(/^capsule_service_connections (\d+)$/m.exec(text)?.[1]);
}

test('requests of one connection that wait for one another are all answered, in order', async () => {
  const body = JSON.stringify({ capsule: bench.capsule });
  const request = `${head([`content-length: ${body.length}`])}${body}`;
  const { text } = await exchange(service.url, `${request}${smuggled}${request}`, (all) => (all.match(/HTTP\/1\.1 200/g) ?? []).length === 3 && all.endsWith('\n'));

  const answers = [...text.matchAll(/\{"ok":true,"reason":""|\{"ok":true\}/g)].map(([found]) => found);
  expect(answers).toEqual(['{"ok":true,"reason":""', '{"ok":true}', '{"ok":true,"reason":""']);
});
