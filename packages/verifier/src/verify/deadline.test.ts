import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Descriptor, digestOf, MemoryStore, OciError, openRegistry, readAll, type RegistryStore } from '@release-capsule/oci';
import { capsuleMediaTypes } from '@release-capsule/schema';
import { afterEach, describe, expect, it } from 'vitest';
import { withDeadline } from './deadline.ts';

const bytes = Buffer.from('some content');
const target: Descriptor = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.byteLength };
const late = { name: 'OciError', code: 'UNAVAILABLE', message: expect.stringMatching(/^ghcr.io\/example\/app has not sent the .* within 0.2 seconds$/) };
const place = 'ghcr.io/example/app';
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function registry(listener: RequestListener): Promise<RegistryStore> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  server.unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  return openRegistry({ registry: `127.0.0.1:${address.port}`, repository: 'app' });
}

describe('withDeadline', () => {
  it('leaves a store alone without one', () => {
    const store = new MemoryStore();

    expect(withDeadline(undefined)(store)).toBe(store);
  });

  it('passes on what comes in time', async () => {
    const store = new MemoryStore();
    await store.push(target, async function* () { yield bytes; });
    const limited = withDeadline(60_000)(store);

    expect(Buffer.from(await readAll(limited, target, { maxBytes: 100 }))).toEqual(bytes);
    expect(await limited.exists(target)).toBe(true);
    expect(await Array.fromAsync(limited.referrers(target))).toEqual([]);
    await expect(limited.resolve('missing')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
  });

  it('gives up on a registry that does not answer, whatever is asked', async () => {
    const store = withDeadline(200)(await registry(() => undefined), place);

    const answers = await Promise.allSettled([
      store.resolve('v1'),
      store.exists(target),
      store.fetch(target),
      Array.fromAsync(store.referrers(target)),
    ]);

    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: late });
    await expect(store.resolve('v1')).rejects.toBeInstanceOf(OciError);
  });

  it('gives up on content that drips', async () => {
    const store = withDeadline(200)(
      await registry((_request, response) => {
        response.writeHead(200, { 'content-length': bytes.byteLength });
        const drip = setInterval(() => response.write(bytes.subarray(0, 1)), 150);
        response.on('close', () => clearInterval(drip));
      }),
      place,
    );

    await expect(readAll(store, target, { maxBytes: 100 })).rejects.toMatchObject(late);
  });

  it('says what each request was for', async () => {
    const store = withDeadline(50)(await registry(() => undefined), place);
    const layer = { ...target, mediaType: capsuleMediaTypes.layer };

    await expect(store.resolve('git-1')).rejects.toThrow('has not sent the manifest of the tag git-1 within');
    await expect(store.resolve(target.digest)).rejects.toThrow(`has not sent the manifest ${target.digest} within`);
    await expect(store.fetch(layer)).rejects.toThrow(`has not sent the layer ${target.digest} within`);
    await expect(Array.fromAsync(store.referrers(target))).rejects.toThrow('has not sent the list of signatures');
  });

  it('says by what the tries before have failed: a registry that refuses is not slow', async () => {
    const down = createServer().listen(0, '127.0.0.1');
    await once(down, 'listening');
    const { port } = down.address() as AddressInfo;
    await new Promise((resolve) => down.close(resolve));
    const retry = { attempts: 1000, baseDelayMs: 20, maxDelayMs: 20 };
    const store = withDeadline(200)(openRegistry({ registry: `127.0.0.1:${port}`, repository: 'app' }, { retry }), place);

    const message = expect.stringContaining(`connection refused by 127.0.0.1:${port} (ECONNREFUSED); tried for 0.2 seconds`);
    await expect(store.resolve('v1')).rejects.toMatchObject({ code: 'UNAVAILABLE', message });
  });

  it('leaves the code of a registry that asks to be left alone', async () => {
    const answer: RequestListener = (_request, response) => void response.writeHead(429, { 'retry-after': '5' }).end();
    const store = withDeadline(200)(await registry(answer), place);

    await expect(store.resolve('v1')).rejects.toMatchObject({ code: 'THROTTLED', message: expect.stringContaining('answered 429') });
  });

  it('passes an abort of the caller on as it is', async () => {
    const store = withDeadline(60_000)(await registry(() => undefined));

    await expect(store.resolve('v1', AbortSignal.timeout(20))).rejects.not.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
