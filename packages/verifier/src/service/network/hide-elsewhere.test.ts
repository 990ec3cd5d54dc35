import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hideElsewhere } from './hide-elsewhere.ts';

let server: Server;
let host = '';

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const status = Number(url.slice(1));
    response.writeHead(status, { 'content-type': 'text/plain', 'retry-after': '7', location: 'http://next.example/', 'x-internal': 'words' });
    response.end('the words of an internal page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

const askHost: Fetch = (url, init) => fetch(url, init);

function ask(status: number, namedHosts: readonly string[], allowedHosts: readonly string[] = []): Promise<Response> {
  const guarded = hideElsewhere(askHost, { allowedHosts, namedHosts });
  const init = { method: 'GET', headers: {}, redirect: 'manual', signal: new AbortController().signal } as const;
  return guarded(new URL(`http://${host}/${status}`), init);
}

describe('what a host says that no policy names', () => {
  it.each([400, 401, 403, 404, 418, 429, 500, 503])('as it answers %i is not passed on: a registry could have private pages read so', async (status) => {
    const answer = await ask(status, ['registry.example']);

    expect({ status: answer.status, text: await answer.text() }).toEqual({ status, text: '' });
    expect([answer.headers.get('x-internal'), answer.headers.get('retry-after')]).toEqual([null, '7']);
  });

  it.each([200, 206, 307])('as it answers %i is passed on: content is checked by its digest, and each hop by where it leads', async (status) => {
    const answer = await ask(status, ['registry.example']);

    expect({ status: answer.status, text: await answer.text() }).toEqual({ status, text: 'the words of an internal page' });
    expect(answer.headers.get('location')).toBe('http://next.example/');
  });

  it('is passed on where the policy names or allows it after all', async () => {
    expect(await (await ask(403, [host])).text()).toBe('the words of an internal page');
    expect(await (await ask(403, ['registry.example'], [host])).text()).toBe('the words of an internal page');
  });
});
